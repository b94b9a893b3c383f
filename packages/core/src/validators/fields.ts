// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '../errors'
import { checkName } from '../labels'

/** What arrived from a peer, before anything is known of it. */
export type Fields = Readonly<Record<string, unknown>>

export const refuse = (what: string, value: unknown): never => {
  const shown =
    typeof value === 'object'
      ? value === null
        ? 'null'
        : 'an object'
      : `${typeof value} ${String(value).slice(0, 64)}`
  throw new NetworkError('PROTOCOL_ERROR', `${what}, got ${shown}`)
}

export const fields = (value: unknown, what: string): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : refuse(`${what} must be an object`, value)

export const items = (value: unknown, what: string): readonly unknown[] =>
  Array.isArray(value) ? value : refuse(`${what} must be an array`, value)

export const text = (value: unknown, what: string): string =>
  typeof value === 'string' ? value : refuse(`${what} must be text`, value)

/** 0.7 carries `undefined` as `null`: both mean absent. */
export const optional = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined || value === null ? undefined : read(value)

export const name = <T extends string>(value: unknown, what: string): T => checkName(text(value, what), what) as T

export const isDuration = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER

export const duration = (value: unknown): number =>
  isDuration(value) ? value : refuse('timeoutMs must be a number of milliseconds', value)

export const integer = (value: unknown, what: string): number =>
  Number.isSafeInteger(value) && (value as number) >= 0
    ? (value as number)
    : refuse(`${what} must be a whole number`, value)

/** Keeps only what is there, so that records compare and travel without `undefined`. */
export function present<T extends object>(value: T): T {
  // Made anew: an object of which something was deleted is slow from then on
  const kept: Partial<T> = {}
  for (const key of Object.keys(value) as (keyof T)[]) if (value[key] !== undefined) kept[key] = value[key]
  return kept as T
}
