// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  checkPlacement,
  limits,
  messageOf,
  type KindPlacement,
  type PlacementOptions
} from '@hcengineering/network-core'

import type { NumberVariable, Unit } from './variables'

/** A value, or what would have been taken instead: the end of the sentence "it must be …". */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly expected: string }

const accepted = <T>(value: T): Parsed<T> => ({ ok: true, value })
const refused = (expected: string): Parsed<never> => ({ ok: false, expected })

/** No exponents, no signs, no hexadecimal: what `Number` takes besides these is a mistake more often than a wish. */
const decimal = /^\d{1,15}(\.\d{1,9})?$/
const wholeNumber = /^\d{1,15}$/

const nouns: Readonly<Record<Unit, string>> = {
  port: 'a whole number',
  seconds: 'a number of seconds',
  milliseconds: 'a whole number of milliseconds',
  bytes: 'a whole number of bytes',
  requests: 'a whole number of requests',
  moves: 'a whole number of moves'
}

/** The bound in words, e.g. "a whole number of milliseconds from 1 to 60000". */
export function describeNumber({ unit, min, max }: NumberVariable): string {
  return `${nouns[unit]} from ${min} to ${max}`
}

/** A decimal number within the variable's bounds. */
export function parseNumber(text: string, variable: NumberVariable): Parsed<number> {
  const pattern = variable.unit === 'seconds' ? decimal : wholeNumber
  const value = pattern.test(text) ? Number(text) : NaN
  if (value >= variable.min && value <= variable.max) return accepted(value)
  return refused(describeNumber(variable))
}

/** One of the words, in any case. */
export function parseChoice<T extends string>(text: string, choices: readonly T[]): Parsed<T> {
  const value = choices.find((choice) => choice === text.toLowerCase())
  return value === undefined ? refused(`one of ${choices.join(', ')}`) : accepted(value)
}

const hostName = /^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$/
const ipv6 = /^(\[[0-9A-Fa-f:.]+(%[\w.-]+)?\]|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[\w.-]+)?)$/

/** `*` or the address of one interface, without a port; an IPv6 address with or without brackets, answered without. */
export function parseHost(text: string): Parsed<string> {
  if (text === '*' || hostName.test(text)) return accepted(text)
  if (ipv6.test(text)) return accepted(text.replace(/^\[|\]$/g, ''))
  return refused("'*' for all interfaces, or an IPv4 address, IPv6 address or host name, without scheme and port")
}

/** What may be said of a kind. */
const rules: ReadonlySet<string> = new Set<keyof KindPlacement>(['policy', 'agents', 'attract', 'repel', 'rebalance'])

/** The pairs of `{"kind":1}` or `kind=1,other=2`, or what is wrong with the text. */
function pairsOf(text: string): Parsed<[string, string][]> {
  const form = 'JSON like {"kind":1} or pairs like kind=1,other=2'
  if (text.startsWith('{')) {
    try {
      const pairs = Object.entries(JSON.parse(text) as Record<string, unknown>)
      // A number in quotes is taken too: orchestrators like to quote
      return accepted(pairs.map(([kind, value]) => [kind, typeof value === 'string' ? value : JSON.stringify(value)]))
    } catch {
      return refused(form)
    }
  }
  const pairs: [string, string][] = []
  for (const item of text.split(',')) {
    const separator = item.lastIndexOf('=')
    if (separator < 1) return refused(form)
    pairs.push([item.slice(0, separator).trim(), item.slice(separator + 1).trim()])
  }
  return accepted(pairs)
}

/** Rules of placement by kind, e.g. `{"room":{"policy":"least-loaded","rebalance":true}}`. */
export function parseRules(text: string): Parsed<NonNullable<PlacementOptions['placementByKind']>> {
  const form = 'JSON like {"kind":{"policy":"least-loaded","attract":["tenant"],"rebalance":true}}'
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    return refused(form)
  }
  const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject(given) || !Object.values(given as object).every(isObject)) return refused(form)
  const placementByKind = given as NonNullable<PlacementOptions['placementByKind']>
  const stray = Object.values(placementByKind)
    .flatMap(Object.keys)
    .find((name) => !rules.has(name))
  if (stray !== undefined) return refused(`${form}, with no '${stray}' in it`)
  try {
    checkPlacement({ placementByKind })
  } catch (error) {
    return refused(`${form}, and ${messageOf(error)}`)
  }
  return accepted(placementByKind)
}

/** Numbers by kind, each within the bounds of `base`. A kind may come once. The result has no prototype. */
export function parseByKind(text: string, base: NumberVariable): Parsed<Readonly<Record<string, number>>> {
  const pairs = pairsOf(text)
  if (!pairs.ok) return pairs
  const result = Object.create(null) as Record<string, number>
  for (const [kind, value] of pairs.value) {
    const bytes = new TextEncoder().encode(kind).length
    if (bytes < 1 || bytes > limits.maxNameBytes) {
      return refused(`a kind of 1 to ${limits.maxNameBytes} bytes before each value`)
    }
    if (kind in result) return refused(`one value for each kind, but '${kind}' has two`)
    const number = parseNumber(value, base)
    if (!number.ok) return refused(`${number.expected} for each kind, but '${kind}' has ${value}`)
    result[kind] = number.value
  }
  return accepted(result)
}
