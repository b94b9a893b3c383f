// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/**
 * Orders the activations of one uuid: every activation has a token larger than any before it, so whoever knows a larger
 * one can refuse the smaller.
 */
export interface ActivationToken {
  /** One run of the coordinator: larger than any earlier run's. */
  epoch: number
  /** Counts the activations within that run. */
  counter: number
}

/** Negative when `a` is older than `b`, zero when equal, positive when newer; no token is older than any. */
export function compareTokens(a: ActivationToken | undefined, b: ActivationToken | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  return a.epoch - b.epoch || a.counter - b.counter
}

/**
 * One run of the coordinator asks for a uuid again only when it has given up, or seen end, what it asked for before; another
 * run knows nothing of that.
 */
export function replaces(later: ActivationToken | undefined, earlier: ActivationToken | undefined): boolean {
  return later !== undefined && later.epoch === earlier?.epoch && later.counter > earlier.counter
}
