// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from './errors'

/** Characters of a refused value that its error shows. */
const shownCharacters = 64

/** Throws `INVALID_ARGUMENT`: what it is about, what that must be, and what it was. */
export function refuseArgument(what: string, value: unknown, expected: string): never {
  throw new NetworkError('INVALID_ARGUMENT', `${what} must be ${expected}, got ${shown(value)}`)
}

/** What is shown of an object could be its own hostile text. */
function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object'
  if (typeof value === 'function') return 'a function'
  const text = typeof value === 'string' ? `'${value}'` : String(value)
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text
}

/**
 * `value` itself when it is an object, and no array. Else `INVALID_ARGUMENT`.
 *
 * @param what how the error calls it, e.g. 'the options of a get'
 */
export function checkObject<T extends object>(value: T, what: string, expected: string = 'an object'): T {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  return refuseArgument(what, value, expected)
}

/** As {@link checkObject}, for what need not be given, as none of its members needs. */
export function checkOptions<T extends object>(value: T | undefined, what: string): T {
  return value === undefined ? ({} as T) : checkObject(value, what)
}

/** `value` itself when it is an array. Else `INVALID_ARGUMENT`. */
export function checkArray<T extends readonly unknown[]>(value: T, what: string): T {
  return Array.isArray(value) ? value : refuseArgument(what, value, 'an array')
}

/** `value` itself when it can be called. Else `INVALID_ARGUMENT`. */
export function checkFunction<T>(value: T, what: string): T {
  return typeof value === 'function' ? value : refuseArgument(what, value, 'a function')
}

/** `value` itself when it has all these methods. Else `INVALID_ARGUMENT`, which names the one that it has not. */
export function checkMethods<T extends object>(value: T, what: string, methods: readonly (keyof T & string)[]): T {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') {
    return refuseArgument(what, value, `an object with ${methods.join(', ')}`)
  }
  const missing = methods.find((name) => typeof value[name] !== 'function')
  if (missing === undefined) return value
  throw new NetworkError('INVALID_ARGUMENT', `${what} must have ${methods.join(', ')}, but has no ${missing}()`)
}
