// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { messageOf } from '@hcengineering/network-core'

/**
 * How a value that is neither a primitive nor a plain object or array travels: as one of the kinds of the format, as what
 * its `toJSON` returns, as its own enumerable fields, or not at all.
 */
export type ObjectKind = 'array' | 'bytes' | 'date' | 'map' | 'set' | 'toJSON' | 'fields' | 'refused'

/** Built-in objects whose content is not in their fields: sent as fields they would arrive empty or as rubbish. */
const refused: ReadonlySet<string> = new Set([
  'Promise',
  'WeakMap',
  'WeakSet',
  'WeakRef',
  'RegExp',
  'Error',
  'ArrayBuffer',
  'SharedArrayBuffer',
  'DataView',
  'String',
  'Number',
  'Boolean',
  'Symbol',
  'BigInt',
  'Generator',
  'AsyncGenerator'
])

// The built-in getters and methods: what they say of a value cannot be forged, and holds across realms
const typedArrayName = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)
  ?.get as (this: unknown) => string | undefined
const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, 'size')?.get as (this: unknown) => number
const setSize = Object.getOwnPropertyDescriptor(Set.prototype, 'size')?.get as (this: unknown) => number

const { getTime } = Date.prototype
const mapEntries = Map.prototype.entries
const setValues = Set.prototype.values
const objectToString = Object.prototype.toString

function holds(method: (this: never) => unknown, value: object): boolean {
  try {
    method.call(value as never)
    return true
  } catch {
    return false
  }
}

/** The built-in's name of `value`, or whatever its `Symbol.toStringTag` says. */
export function builtinName(value: object): string {
  return objectToString.call(value).slice(8, -1)
}

/** Whether a prototype is that of an object literal, or none: its fields are all there is to it. */
export function isPlainPrototype(prototype: unknown): boolean {
  return prototype === Object.prototype || prototype === null
}

/** Kind of any object; the callers have fast paths for plain objects and arrays before they ask. */
export function kindOf(value: object): ObjectKind {
  if (ArrayBuffer.isView(value)) {
    return typedArrayName.call(value) === 'Uint8Array' ? 'bytes' : hasToJSON(value) ? 'toJSON' : 'refused'
  }
  const name = builtinName(value)
  if (name === 'Date' && holds(getTime, value)) return 'date'
  if ((value instanceof Map || name === 'Map') && holds(mapSize, value)) return 'map'
  if ((value instanceof Set || name === 'Set') && holds(setSize, value)) return 'set'
  if (hasToJSON(value)) return 'toJSON'
  return fieldsKindOf(value, name)
}

/** Kind of what `toJSON` returned: it is not asked for `toJSON` again. */
export function kindOfAnswer(value: object): ObjectKind {
  const kind = Array.isArray(value) ? 'array' : kindOf(value)
  return kind === 'toJSON' ? fieldsKindOf(value, builtinName(value)) : kind
}

function fieldsKindOf(value: object, name: string): ObjectKind {
  if (Array.isArray(value)) return 'array'
  if (ArrayBuffer.isView(value)) return 'refused'
  if (isPlainPrototype(Object.getPrototypeOf(value))) return 'fields'
  return refused.has(name) || name.endsWith(' Iterator') ? 'refused' : 'fields'
}

/** Whether `value` says itself how it travels. */
export function hasToJSON(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function'
}

/** What `value` says is to travel in its place. */
export function callToJSON(value: object): unknown {
  return (value as { toJSON(key: string): unknown }).toJSON('')
}

/** Milliseconds of a Date of any realm. */
export function timeOf(value: object): number {
  return getTime.call(value as Date)
}

/** Entries of a Map of any realm, whatever a subclass has made of its methods. */
export function entriesOf(value: object): IterableIterator<[unknown, unknown]> {
  return mapEntries.call(value as Map<unknown, unknown>)
}

/** Values of a Set of any realm, whatever a subclass has made of its methods. */
export function itemsOf(value: object): IterableIterator<unknown> {
  return setValues.call(value as Set<unknown>)
}

/** A value for a message: what it is, never what is in it. */
export function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`
  try {
    const name = builtinName(value)
    return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`
  } catch (error) {
    return `an object that cannot be read (${messageOf(error)})`
  }
}

/** Sets a field that arrived: one named `__proto__`, or as anything of Object.prototype, becomes a field of `target` all the same. */
export function defineField(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
}
