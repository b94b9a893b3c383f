// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

const texts = [
  '',
  'a',
  'room',
  'Grüße',
  'мир',
  '😀',
  '\ud800',
  'a\udc00b',
  '\0',
  '__proto__',
  'constructor',
  'x'.repeat(31)
]
const numbers = [0, -0, 1, 127, 128, -1, -128, -129, 32767, 32768, -32769, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 0.1, NaN]

function oneOf<T>(random: () => number, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]
}

function bytesOf(random: () => number, most: number): Uint8Array {
  return Uint8Array.from({ length: Math.floor(random() * most) }, () => random() * 256)
}

function textOf(random: () => number): string {
  if (random() < 0.5) return oneOf(random, texts)
  const unit = oneOf(random, ['x', 'ü', 'мир', '😀', '\ud800'])
  return unit.repeat(Math.floor(random() ** 8 * 2000))
}

class Point {
  constructor(
    readonly x: number,
    readonly y: unknown
  ) {}

  get sum(): number {
    return this.x
  }
}

/** A value of any kind that travels, nested up to `depth` levels. */
export function valueOf(random: () => number, depth: number): unknown {
  const kind = Math.floor(random() * (depth > 0 ? 19 : 10))
  const few = (): number => Math.floor(random() ** 3 * 20)
  const inner = (): unknown => valueOf(random, depth - 1)
  switch (kind) {
    case 0:
      return null
    case 1:
      return undefined
    case 2:
      return random() < 0.5
    case 3:
      return oneOf(random, numbers)
    case 4:
      return (random() - 0.5) * 10 ** Math.floor(random() * 30)
    case 5:
    case 6:
      return textOf(random)
    case 7:
      return random() < 0.5 ? bytesOf(random, 40) : Buffer.from(bytesOf(random, 3000))
    case 8:
      return new Date(random() < 0.1 ? NaN : Math.floor(random() * 1e13))
    case 9:
      return BigInt(Math.floor(random() * 2 ** 50)) ** BigInt(Math.floor(random() * 9)) * (random() < 0.5 ? 1n : -1n)
    case 10:
    case 11:
      return Array.from({ length: few() }, inner)
    case 12:
      return new Map(Array.from({ length: few() }, () => [inner(), inner()] as const))
    case 13:
      return new Set(Array.from({ length: few() }, inner))
    case 14:
      return new Point(1, inner())
    case 15: {
      const answer = random() < 0.5 ? valueOf(random, 0) : [inner()]
      return { toJSON: () => answer }
    }
    default: {
      const fields: Record<string, unknown> = random() < 0.2 ? (Object.create(null) as Record<string, unknown>) : {}
      for (let count = few(); count > 0; count--) {
        const [value, configurable] = [inner(), true]
        Object.defineProperty(fields, textOf(random), { value, configurable, enumerable: true, writable: true })
      }
      return fields
    }
  }
}
