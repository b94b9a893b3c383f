// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** One line of JSON. What JSON has no way to say: bytes become base64, bigints digits, Maps and Sets arrays, `undefined` null. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(plain(value)) ?? 'null'
}

/** The same, for people. */
export function prettyJson(value: unknown): string {
  return JSON.stringify(plain(value), undefined, 2) ?? 'null'
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('base64')
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof Map) return [...value].map(([key, item]) => [plain(key), plain(item)])
  if (value instanceof Set) return [...value].map(plain)
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}
