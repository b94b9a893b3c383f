// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, type ContainerKind, type ContainerUuid, type Logger } from '@hcengineering/network-core'
import type { ReminderChange, ReminderStore, StoredReminder } from '../reminder-store'
import { openReminderLog } from '../storage/reminder-log'
import { ReminderTable } from '../state/reminder-table'

const uuid = 'c' as ContainerUuid
const reminder = (name: string, at = 1, data?: unknown): StoredReminder => ({
  uuid,
  kind: 'k' as ContainerKind,
  name,
  at,
  ...(data === undefined ? {} : { data })
})

/** A log as a coordinator has it: the table beside it. */
class Log {
  private constructor(
    private readonly store: ReminderStore,
    readonly table: ReminderTable
  ) {}

  static async open(path: string, logger?: Logger): Promise<Log> {
    const store = await openReminderLog(path, { logger })
    return new Log(store, new ReminderTable(store.reminders))
  }

  async write(...changes: ReminderChange[]): Promise<void> {
    await this.store.write(changes, this.table)
    for (const change of changes) this.table.apply(change)
  }

  get names(): string[] {
    return [...this.table].map(({ name }) => name)
  }

  async close(): Promise<void> {
    await this.store.close?.()
  }
}

describe('the log of reminders', () => {
  let folder: string
  let path: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reminders-'))
    path = join(folder, 'sub', 'reminders')
  })

  afterEach(() => rmSync(folder, { recursive: true }))

  /** What somebody finds who opens it now. */
  async function found(): Promise<StoredReminder[]> {
    const log = await Log.open(path)
    await log.close()
    return [...log.table]
  }

  it('gives back what was set and not ended, whatever characters it has', async () => {
    const log = await Log.open(path)
    const odd = reminder('line\nand \u2028 end', 7, { text: '\u2029\r\n"', deep: [1, null] })
    await log.write({ set: reminder('a') }, { set: odd })
    await log.write({ set: reminder('b') }, { end: { uuid, name: 'a' } })
    await log.write({ set: reminder('b', 5) })
    await log.close()
    expect(await found()).toEqual([odd, reminder('b', 5)])
  })

  it('has it on the disk when the write resolves, without being closed', async () => {
    const log = await Log.open(path)
    await log.write({ set: reminder('a') })
    expect(await found()).toEqual([reminder('a')])
    await log.close()
  })

  it('leaves out what a crash has cut, at every byte, and goes on after it', async () => {
    const log = await Log.open(path)
    await log.write({ set: reminder('a') })
    const whole = statSync(path).size
    await log.write({ set: reminder('b') }, { end: { uuid, name: 'a' } })
    await log.close()
    const bytes = readFileSync(path)
    for (let cut = whole; cut < bytes.length; cut++) {
      writeFileSync(path, bytes.subarray(0, cut))
      const warn = jest.fn()
      const again = await Log.open(path, { ...silentLogger, warn })
      expect(again.names).toEqual(['a'])
      const says = cut === whole ? [] : [[expect.stringContaining('cut off'), { path, at: whole, bytes: cut - whole }]]
      expect(warn.mock.calls).toEqual(says)
      await again.write({ set: reminder('c') })
      await again.close()
      expect((await found()).map(({ name }) => name)).toEqual(['a', 'c'])
    }
  })

  it('leaves out a last line with a hole in it', async () => {
    const log = await Log.open(path)
    await log.write({ set: reminder('a') })
    const whole = statSync(path).size
    await log.write({ set: reminder('b') })
    await log.close()
    const bytes = readFileSync(path)
    bytes.fill(0, whole + 3, bytes.length - 1)
    writeFileSync(path, bytes)
    const warn = jest.fn()
    const again = await Log.open(path, { ...silentLogger, warn })
    await again.close()
    expect(again.names).toEqual(['a'])
    expect(warn).toHaveBeenCalledTimes(1)
    expect(statSync(path).size).toBe(whole)
  })

  it('is written anew when most of it is past', async () => {
    const log = await Log.open(path)
    await log.write({ set: reminder('kept', 3) })
    let largest = 0
    for (let turn = 0; turn < 2_500; turn++) {
      await log.write({ set: reminder('beat', turn) })
      largest = Math.max(largest, statSync(path).size)
    }
    await log.close()
    const line = `${JSON.stringify([{ set: reminder('beat', 1_000) }])}\n`.length
    expect(largest).toBeLessThan(line * 1_100)
    expect(await found()).toEqual([reminder('kept', 3), reminder('beat', 2_499)])
    expect(readdirSync(join(folder, 'sub'))).toEqual(['reminders'])
  }, 60_000)

  it('keeps ten thousand through being written anew', async () => {
    const log = await Log.open(path)
    const many = Array.from({ length: 10_000 }, (_, n) => ({ set: reminder(`r${n}`, n) }))
    await log.write(...many)
    for (let turn = 0; turn < 3; turn++) await log.write(...many)
    await log.close()
    expect(await found()).toHaveLength(10_000)
  }, 60_000)

  it('takes nothing of a write that fails, and goes on when there is room again', async () => {
    const log = await Log.open(path)
    renameSync(path, `${path}.aside`)
    symlinkSync('/dev/full', path)
    await expect(log.write({ set: reminder('lost') })).rejects.toThrow('ENOSPC')
    await expect(log.write({ set: reminder('lost') })).rejects.toThrow()
    rmSync(path)
    renameSync(`${path}.aside`, path)
    await log.write({ set: reminder('kept') })
    await log.close()
    expect(await found()).toEqual([reminder('kept')])
  })

  it('refuses a file that is none of its own, and one with a whole line that is damaged, the last too', async () => {
    const log = await Log.open(path)
    await log.write({ set: reminder('a') })
    await log.write({ set: reminder('b') })
    await log.close()
    const lines = readFileSync(path, 'utf8').split('\n')
    for (const text of [
      'something else',
      'something else\n',
      '{"format":1,"epoch":1}\n',
      [lines[0], 'damaged', lines[2], ''].join('\n'),
      [lines[0], lines[1], 'damaged', ''].join('\n'),
      [lines[0], lines[1], `${lines[2].slice(0, -1)}`, ''].join('\n'),
      [lines[0], '[{"set":{"uuid":"c"}}]', lines[2], ''].join('\n')
    ]) {
      writeFileSync(path, text)
      await expect(openReminderLog(path)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(path) as string
      })
    }
  })

  it('says where it could not be kept', async () => {
    writeFileSync(join(folder, 'file'), '')
    await expect(openReminderLog(join(folder, 'file', 'reminders'))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })
})
