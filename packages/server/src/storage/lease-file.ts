// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { mkdir, open, readFile, rename, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf, NetworkError, type ActivationToken, type AgentUuid } from '@hcengineering/network-core'
import { checkPath } from '../options'
import type { LeaseLedger, LedgerContent } from '../lease-ledger'

const FORMAT = 1

/**
 * The ledger of a coordinator in a file, which is made if it is not there. Each write replaces it as a whole and is on the
 * disk when it resolves. One coordinator at a time may have it.
 *
 * @throws NetworkError `UNAVAILABLE` when the file cannot be read or written, `INVALID_ARGUMENT` when it is something else
 */
export async function openLeaseFile(path: string): Promise<LeaseLedger> {
  const before = await read(checkPath(path))
  const epoch = Math.max((before?.epoch ?? 0) + 1, Date.now())
  const leases = before?.leases ?? new Map<AgentUuid, number>()
  const voided = before?.voided ?? new Map<AgentUuid, ActivationToken>()
  const write = async (content: LedgerContent): Promise<void> => await replace(path, textOf(content))
  try {
    await mkdir(dirname(path), { recursive: true })
    await write({ epoch, leases, voided })
  } catch (cause) {
    throw unusable(path, 'written', cause)
  }
  return { epoch, leases, voided, write }
}

function textOf({ epoch, leases, voided }: LedgerContent): string {
  return `${JSON.stringify({ format: FORMAT, epoch, leases: [...leases], voided: [...voided] })}\n`
}

async function read(path: string): Promise<LedgerContent | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unusable(path, 'read', cause)
  }
  const content = parse(text)
  if (content !== undefined) return content
  const advice = 'restore it, or move it away if no agent of an earlier run can be alive'
  throw new NetworkError('INVALID_ARGUMENT', `${path} is not the ledger of a coordinator: ${advice}`)
}

function parse(text: string): LedgerContent | undefined {
  try {
    const { format, epoch, leases, voided } = JSON.parse(text) as Record<string, unknown>
    if (format !== FORMAT || !isEpoch(epoch) || !isListOf(leases, isDuration) || !isListOf(voided, isToken)) {
      return undefined
    }
    return { epoch, leases: new Map(leases), voided: new Map(voided) }
  } catch {
    return undefined
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** There is one behind it. */
function isEpoch(value: unknown): value is number {
  return isCount(value) && value < Number.MAX_SAFE_INTEGER
}

function isDuration(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) >= 0
}

function isToken(value: unknown): value is ActivationToken {
  const { epoch, counter } = (value ?? {}) as Partial<ActivationToken>
  return isCount(epoch) && isCount(counter)
}

function isListOf<T>(value: unknown, isOne: (one: unknown) => one is T): value is [AgentUuid, T][] {
  const isEntry = (entry: unknown): boolean =>
    Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string' && isOne(entry[1])
  return Array.isArray(value) && value.every(isEntry)
}

/** Beside it and then over it: whoever reads finds the old or the new, whenever the power fails. */
async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.new`
  await withFile(draft, 'w', async (file) => {
    await file.writeFile(text)
    await file.sync()
  })
  await rename(draft, path)
  // The rename, too, is on the disk only then
  await withFile(dirname(path), 'r', async (folder) => await folder.sync())
}

async function withFile(path: string, flags: string, use: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags)
  try {
    await use(file)
  } finally {
    await file.close()
  }
}

function unusable(path: string, what: 'read' | 'written', cause: unknown): NetworkError {
  const text = `The ledger of the coordinator cannot be ${what} at ${path}: ${messageOf(cause)}`
  return new NetworkError('UNAVAILABLE', text, { cause })
}
