// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits, NetworkError } from '@hcengineering/network-core'
import { defaultSessionLimits, type SessionLimits } from './session/session-limits'
import { MAX_ROUTE } from './wire/protocol-2-format'
import { protocol1, protocol2, type ProtocolVersion } from './wire/version'

function refuse(what: string, value: unknown, expected: string): never {
  throw new NetworkError('INVALID_ARGUMENT', `${what} must be ${expected}, got ${String(value)}`)
}

/** `value` itself when it is a number of seconds above 0. Else `INVALID_ARGUMENT`. */
export function checkAliveTimeout(value: number): number {
  return typeof value === 'number' && value > 0 && value < Infinity
    ? value
    : refuse('An alive timeout', value, 'a number of seconds above 0')
}

/** `value` itself when it is a number of milliseconds from 0, which stands for no end. Else `INVALID_ARGUMENT`. */
export function checkTimeout(value: number): number {
  return typeof value === 'number' && value >= 0 && value < Infinity
    ? value
    : refuse('A timeout', value, 'a number of milliseconds from 0')
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

/** The version of a protocol that an option names. Else `INVALID_ARGUMENT`. */
export function resolveProtocol(major: 1 | 2 = 2): ProtocolVersion {
  if (major === 1) return protocol1
  return major === 2 ? protocol2 : refuse('The protocol', major, '1 or 2')
}

/** What travels apart must be text. Else `INVALID_ARGUMENT`. */
export function checkRoute(route: readonly string[] | undefined): readonly string[] | undefined {
  if (route === undefined) return undefined
  if (route.length > MAX_ROUTE) refuse('A route', `${route.length} texts`, `at most ${MAX_ROUTE} texts`)
  for (const text of route) {
    if (typeof text !== 'string' || text.length * 3 > limits.maxNameBytes) checkRouteText(text)
  }
  return route
}

function checkRouteText(text: unknown): void {
  const bytes = typeof text === 'string' ? Buffer.byteLength(text) : -1
  if (bytes < 0 || bytes > limits.maxNameBytes) {
    refuse(
      'A text of a route',
      typeof text === 'string' ? `${bytes} bytes` : text,
      `of at most ${limits.maxNameBytes} bytes`
    )
  }
}
