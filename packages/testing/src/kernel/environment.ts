// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import crypto from 'node:crypto'
import { Random } from './random'

/** Wall clock at the start of every run. */
const startOfTime = Date.UTC(2026, 0, 1)

type Restore = () => void

function replace<T extends object, K extends keyof T>(object: T, key: K, value: T[K]): Restore {
  const original = object[key]
  object[key] = value
  return () => {
    object[key] = original
  }
}

/**
 * What the machine gives to a process and what differs between two runs: the wall clock, random ids, real timers. For
 * the duration of a run they come from the virtual time and the seed; a real timer, which nothing here may need, throws.
 * Replaced at the source rather than handed in, so that no code path escapes, those of a later edit included. The answer
 * puts everything back.
 */
export function installEnvironment(seed: number, now: () => number): Restore {
  const random = new Random(seed, 'machine')
  const uuid = (): ReturnType<typeof crypto.randomUUID> =>
    `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-8${random.hex(3)}-${random.hex(12)}`
  const bytes = (size: number): Buffer => Buffer.from(random.hex(2 * size), 'hex')
  const forbidden = (): never => {
    throw new Error('Real time in a simulation: use the tick manager')
  }
  const restores = [
    replace(Date, 'now', () => startOfTime + Math.floor(now())),
    replace(Math, 'random', () => random.next()),
    replace(crypto, 'randomUUID', uuid),
    replace(crypto, 'randomBytes', bytes as typeof crypto.randomBytes),
    replace(globalThis, 'setTimeout', forbidden as unknown as typeof setTimeout),
    replace(globalThis, 'setInterval', forbidden as unknown as typeof setInterval)
  ]
  return () => {
    for (const restore of restores.reverse()) restore()
  }
}
