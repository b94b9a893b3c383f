// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { createReadStream } from 'node:fs'
import { mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  checkLogger,
  checkOptions,
  messageOf,
  NetworkError,
  type ContainerUuid,
  type Logger
} from '@hcengineering/network-core'
import { checkPath } from '../options'
import type { ReminderChange, ReminderStore, StoredReminder, StoredReminders } from '../reminder-store'

const HEADER = '{"format":1,"reminders":"log"}'

/** Changes beyond twice the reminders that there are, with which the log is written anew: each is rewritten for a few changes at most. */
const SLACK = 1_000

const NEWLINE = 10

/** Reminders on one line when the log is written anew: between two of them the event loop goes round. */
const LINE = 500

/** Options of {@link openReminderLog}. */
export interface ReminderLogOptions {
  /** Told of what a crash has left behind the last whole line, and is cut off. Default: nobody is. */
  readonly logger?: Logger
}

/** What a log has when it is opened. */
interface Content {
  readonly reminders: Map<string, StoredReminder>
  /** Bytes up to the end of the last whole line. */
  readonly size: number
  /** Bytes behind it. */
  readonly torn: number
  readonly changes: number
}

class ReminderLog implements ReminderStore {
  readonly reminders: Iterable<StoredReminder>
  private file: FileHandle | undefined
  private size: number
  private changes: number
  /** Something may stand behind the last whole line. */
  private torn = true

  constructor(
    private readonly path: string,
    { reminders, size, changes }: Content
  ) {
    this.reminders = reminders.values()
    this.size = size
    this.changes = changes
  }

  async open(isNew: boolean): Promise<void> {
    if (isNew) await this.rewrite(new Set())
    else await this.mend()
  }

  async write(changes: readonly ReminderChange[], all: StoredReminders): Promise<void> {
    if (this.changes > 2 * all.size + SLACK) await this.rewrite(all)
    const line = lineOf(changes)
    try {
      const file = await this.mend()
      this.torn = true
      await file.appendFile(line)
      await file.datasync()
    } catch (error) {
      // What has become of it is looked at with the next write
      await this.close().catch(() => {})
      throw error
    }
    this.torn = false
    this.size += line.length
    this.changes += changes.length
  }

  async close(): Promise<void> {
    const { file } = this
    this.file = undefined
    await file?.close()
  }

  /** The file, with nothing behind the last line that was acknowledged. */
  private async mend(): Promise<FileHandle> {
    this.file ??= await open(this.path, 'a')
    if (this.torn) {
      await this.file.truncate(this.size)
      await this.file.datasync()
      this.torn = false
    }
    return this.file
  }

  /** Beside it and then over it: whoever reads finds the old or the new, whenever the power fails. */
  private async rewrite(all: StoredReminders): Promise<void> {
    const draft = `${this.path}.new`
    const file = await open(draft, 'w')
    let size = 0
    try {
      const add = async (line: Buffer): Promise<void> => {
        await file.writeFile(line)
        size += line.length
      }
      await add(Buffer.from(`${HEADER}\n`))
      let changes: ReminderChange[] = []
      for (const reminder of all) {
        if (changes.push({ set: reminder }) < LINE) continue
        await add(lineOf(changes))
        changes = []
      }
      if (changes.length > 0) await add(lineOf(changes))
      await file.sync()
    } finally {
      await file.close()
    }
    await this.close()
    await rename(draft, this.path)
    this.size = size
    this.changes = all.size
    this.torn = false
    // The rename, too, is on the disk only then
    const folder = await open(dirname(this.path), 'r')
    await folder.sync().finally(async () => await folder.close())
  }
}

/**
 * Reminders in a file, which is made if it is not there: what changes is added to its end, one line for what is written
 * together, and on the disk when the write resolves. A last line without its end, or with a hole of zeros in it, is what a
 * crash has left: it was never acknowledged, is cut off, and the logger is told. Other damage is refused. When most of the file is past it is written anew beside it, and renamed. One coordinator
 * at a time may have it.
 *
 * @throws NetworkError `UNAVAILABLE` when the file cannot be read or written, `INVALID_ARGUMENT` when it is something else
 */
export async function openReminderLog(path: string, options: ReminderLogOptions = {}): Promise<ReminderStore> {
  const logger = checkLogger(checkOptions(options, 'the options of a reminder log').logger)
  checkPath(path)
  try {
    await mkdir(dirname(path), { recursive: true })
    const content = await read(path)
    const { size: at, torn: bytes } = content
    if (bytes > 0) logger.warn('The last line of the reminders was never whole: it is cut off', { path, at, bytes })
    const log = new ReminderLog(path, content)
    await log.open(content.size === 0)
    return log
  } catch (cause) {
    if (NetworkError.is(cause)) throw cause
    const text = `The reminders of the coordinator cannot be kept at ${path}: ${messageOf(cause)}`
    throw new NetworkError('UNAVAILABLE', text, { cause })
  }
}

function lineOf(changes: readonly ReminderChange[]): Buffer {
  return Buffer.from(`${JSON.stringify(changes)}\n`)
}

async function read(path: string): Promise<Content> {
  const reminders = new Map<string, StoredReminder>()
  const whole = await sizeOf(path)
  let size = 0
  let changes = 0
  if (whole === 0) return { reminders, size, torn: 0, changes }
  for await (const line of linesOf(path)) {
    const end = size + line.length + 1
    const text = line.toString()
    const read = size > 0 ? parse(text) : text === HEADER ? [] : undefined
    if (read === undefined) {
      // A crash may leave the end of a line on the disk, and zeros for what comes before; no text of ours has any
      if (size > 0 && end === whole && line.includes(0)) break
      throw foreign(path, size)
    }
    for (const change of read) apply(reminders, change)
    changes += read.length
    size = end
  }
  // The header is written before the file has its name
  if (size === 0) throw foreign(path, size)
  return { reminders, size, torn: whole - size, changes }
}

/** The whole lines of a file. */
async function* linesOf(path: string): AsyncIterable<Buffer> {
  let rest: Buffer[] = []
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, at)])
      rest = []
      from = at + 1
    }
    rest.push(chunk.subarray(from))
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw cause
  }
}

function apply(reminders: Map<string, StoredReminder>, change: ReminderChange): void {
  const { uuid, name } = 'set' in change ? change.set : change.end
  const key = JSON.stringify([uuid, name])
  if ('set' in change) reminders.set(key, change.set)
  else reminders.delete(key)
}

function parse(line: string): ReminderChange[] | undefined {
  try {
    const changes: unknown = JSON.parse(line)
    return Array.isArray(changes) && changes.every(isChange) ? changes : undefined
  } catch {
    return undefined
  }
}

function isChange(value: unknown): value is ReminderChange {
  const { set, end } = (value ?? {}) as { set?: Partial<StoredReminder>; end?: { uuid?: ContainerUuid; name?: string } }
  const { uuid, name } = set ?? end ?? {}
  if (typeof uuid !== 'string' || typeof name !== 'string') return false
  return set === undefined || (typeof set.kind === 'string' && typeof set.at === 'number')
}

function foreign(path: string, offset: number): NetworkError {
  const advice = 'restore it, or move it away if nobody needs its reminders'
  const text = `${path} is not the log of a coordinator's reminders, or is damaged at byte ${offset}: ${advice}`
  return new NetworkError('INVALID_ARGUMENT', text)
}
