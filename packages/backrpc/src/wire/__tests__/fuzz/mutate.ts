// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { backrpcOperations } from '../../operations'
import { messageKinds } from '../../protocol-2-format'
import { tags } from '../../values-format'

/** Bytes of the longest input. */
export const MAX_INPUT_BYTES = 64 * 1024

const text = (one: string): number[] => [...Buffer.from(one)]

/** What the formats are made of: random bytes seldom hit upon it. */
const words: readonly (readonly number[])[] = [
  ...Object.values(tags).map((tag) => [tag]),
  ...Object.values(messageKinds).map((kind) => [kind, 0]),
  ...Object.values(backrpcOperations).map((operation) => text(String(operation))),
  [0x80, 0x80, 0x80, 0x80, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
  [0, 0, 0, 0, 0, 0, 0, 0x80],
  ...['"__proto__":{', '{"a":', '[[', ']]', '}', '"\\u0000"', '\\', '"', '1e999', '-0', 'null', ','].map(text),
  ...['\x04READY', '\x05PING', '\x05ERROR', '\x0bSocket-Type', '\xed\xa0\x80', '\xf0\x9f\x98\x80'].map(text)
]

/** Some bytes, changed in a few places; sometimes with a part of `other` in them. Never longer than an input may be. */
export function mutate(bytes: Uint8Array, other: Uint8Array, random: () => number): Uint8Array {
  let changed = bytes
  for (let changes = 1 + Math.floor(random() ** 3 * 6); changes > 0; changes--) changed = change(changed, other, random)
  return changed.subarray(0, MAX_INPUT_BYTES)
}

function change(bytes: Uint8Array, other: Uint8Array, random: () => number): Uint8Array {
  const below = (end: number): number => Math.floor(random() * end)
  const at = below(bytes.length + 1)
  const few = 1 + Math.floor(random() ** 4 * 64)
  const word = words[below(words.length)]
  const spliced = (removed: number, put: readonly number[] | Uint8Array): Uint8Array =>
    Buffer.concat([
      bytes.subarray(0, at),
      put instanceof Uint8Array ? put : Buffer.of(...put),
      bytes.subarray(at + removed)
    ])
  switch (below(9)) {
    case 0:
      return spliced(1, [below(256)])
    case 1:
      return spliced(1, [(bytes[at] ?? 0) ^ (1 << below(8))])
    case 2:
      return spliced(1, [((bytes[at] ?? 0) + below(9) - 4) & 0xff])
    case 3:
      return spliced(word.length, word)
    case 4:
      return spliced(0, word)
    case 5:
      return spliced(few, [])
    case 6:
      return spliced(0, bytes.subarray(below(bytes.length), below(bytes.length) + few))
    case 7: {
      const from = below(other.length)
      return spliced(below(2) * few, other.subarray(from, from + few))
    }
    default: {
      const unit = bytes.subarray(at, at + few)
      const times = below(8) > 0 ? below(20) : Math.floor((random() * MAX_INPUT_BYTES) / few)
      return unit.length === 0 ? bytes : spliced(0, Buffer.alloc(times * few, unit))
    }
  }
}
