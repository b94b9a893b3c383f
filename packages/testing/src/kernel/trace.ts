// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { hashBytes, hashNumber, hashText } from './random'

/** Everything that happened, as a running hash; the last lines are kept for who has to find out why. */
export class Trace {
  private readonly lines: string[] = []
  private hashLow = 0x811c9dc5
  private hashHigh = 0x01234567
  private total = 0

  /** @param keep how many of the last lines are kept */
  constructor(
    private readonly now: () => number,
    private readonly keep: number
  ) {}

  get count(): number {
    return this.total
  }

  /** Two runs that did the same have the same. */
  get hash(): string {
    return [this.hashHigh, this.hashLow].map((part) => part.toString(16).padStart(8, '0')).join('')
  }

  add(who: string, what: string, bytes: readonly Uint8Array[] = []): void {
    const at = this.now()
    this.hashLow = hashText(what, hashText(who, hashNumber(at, this.hashLow)))
    for (const part of bytes) this.hashLow = hashBytes(part, this.hashLow)
    this.hashHigh = Math.imul(this.hashHigh ^ this.hashLow, 0x85ebca6b) >>> 0
    this.total++
    if (this.keep === 0) return
    const line = `${at.toFixed(3).padStart(10)} ${who.padEnd(14)} ${what}`
    this.lines.push(bytes.length === 0 ? line : `${line} ${show(bytes)}`)
    if (this.lines.length > 2 * this.keep) this.lines.splice(0, this.lines.length - this.keep)
  }

  tail(): string[] {
    return this.lines.slice(-this.keep)
  }
}

function show(frames: readonly Uint8Array[]): string {
  return frames.map((frame) => Buffer.from(frame).toString('utf8')).join(' | ')
}
