// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { defaultSessionLimits, type SessionLimits } from './session/session-limits'

function refuse(what: string, value: unknown, expected: string): never {
  throw new NetworkError('INVALID_ARGUMENT', `${what} must be ${expected}, got ${String(value)}`)
}

/** `value` itself when it is a number of seconds above 0. Else `INVALID_ARGUMENT`. */
export function checkAliveTimeout(value: number): number {
  return value > 0 && value < Infinity ? value : refuse('An alive timeout', value, 'a number of seconds above 0')
}

/** `value` itself when it is a number of milliseconds from 0, which stands for no end. Else `INVALID_ARGUMENT`. */
export function checkTimeout(value: number): number {
  return value >= 0 && value < Infinity ? value : refuse('A timeout', value, 'a number of milliseconds from 0')
}

/** All limits, the defaults in place of those not given. `INVALID_ARGUMENT` for what is no limit. */
export function resolveLimits(given: Partial<SessionLimits> = {}): SessionLimits {
  const resolved = { ...defaultSessionLimits, ...given }
  for (const name of Object.keys(defaultSessionLimits) as (keyof SessionLimits)[]) {
    const value = resolved[name]
    if (!Number.isSafeInteger(value) || value < 1) refuse(`The limit ${name}`, value, 'a whole number from 1')
  }
  const { maxAnswered, maxInFlight } = resolved
  // A peer repeats up to maxInFlight requests over a new connection: what it repeats must be remembered
  if (maxAnswered < maxInFlight) {
    refuse('The limit maxAnswered', maxAnswered, `at least maxInFlight, which is ${maxInFlight}`)
  }
  return resolved
}
