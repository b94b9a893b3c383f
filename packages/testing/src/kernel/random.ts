// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** A stream of random numbers, the same for the same seed and name; streams of other names share nothing with it. */
export class Random {
  private state: number

  constructor(seed: number, stream: string) {
    this.state = hashText(`${seed}/${stream}`)
  }

  /** From 0 to below 1. */
  next(): number {
    // A counter through an avalanche: every bit of the counter changes half of the result.
    this.state = (this.state + 0x9e3779b9) >>> 0
    let value = this.state
    value = Math.imul(value ^ (value >>> 16), 0x21f0aaad)
    value = Math.imul(value ^ (value >>> 15), 0x735a2d97)
    return ((value ^ (value >>> 15)) >>> 0) / 0x100000000
  }

  /** A whole number, both ends included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  /** True with that probability, from 0 to 1. */
  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** One of them, each as likely; there must be one. */
  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)]
  }

  /** A key, each as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][]
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [key, weight] of entries) {
      left -= weight
      if (left < 0) return key
    }
    return entries[entries.length - 1][0]
  }

  /** Hexadecimal digits. */
  hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += this.int(0, 15).toString(16)
    return text
  }
}

/** 32 bits of a text: FNV-1a. */
export function hashText(text: string, from: number = 0x811c9dc5): number {
  let hash = from
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

const one = new Float64Array(1)
const bytesOfOne = new Uint8Array(one.buffer)

/** 32 bits of a number: FNV-1a of its bytes. */
export function hashNumber(value: number, from?: number): number {
  one[0] = value
  return hashBytes(bytesOfOne, from)
}

/** 32 bits of bytes: FNV-1a. */
export function hashBytes(bytes: Uint8Array, from: number = 0x811c9dc5): number {
  let hash = from
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193)
  return hash >>> 0
}
