// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Container } from '../api/container'
import { NetworkError } from '../errors'
import { limits } from '../limits'

/** What a container that takes turns has declared. */
export interface SerialTurns {
  readonly readOnly: ReadonlySet<string>
  readonly mailbox: number
}

/**
 * What a container declares of its turns; nothing where it takes none. Programs of 0.7 may have something else under that name.
 *
 * @throws NetworkError `INVALID_ARGUMENT` with what is wrong in it
 */
export function readTurns({ turns }: Container): SerialTurns | undefined {
  if (typeof turns !== 'object' || turns === null || !('concurrency' in turns)) return undefined
  const { concurrency, readOnly = [], mailbox = limits.maxWaitingTurns } = turns
  if (concurrency === 'parallel') return undefined
  if (concurrency !== 'serial') throw invalid("turns.concurrency must be 'parallel' or 'serial'", concurrency)
  if (!Array.isArray(readOnly)) throw invalid('turns.readOnly must be an array of names of operations', readOnly)
  const stranger: unknown = readOnly.find((operation) => typeof operation !== 'string')
  if (stranger !== undefined) throw invalid('turns.readOnly must have names of operations', stranger)
  if (!Number.isSafeInteger(mailbox) || mailbox < 0) {
    throw invalid('turns.mailbox must be a whole number of calls, from 0', mailbox)
  }
  return { readOnly: new Set<string>(readOnly as readonly string[]), mailbox }
}

function invalid(what: string, got: unknown): NetworkError {
  return new NetworkError('INVALID_ARGUMENT', `${what}, got ${String(got)}`)
}
