// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Answers of ours that go in parts, and have not arrived as a whole. */
export class UnreadAnswers {
  /** Told how much more, or less, has not arrived. */
  onChange: ((bytes: number) => void) | undefined
  /** Of each, by the number of the request. */
  private readonly sizes = new Map<number, number>()
  private total = 0

  /** Of all. */
  get bytes(): number {
    return this.total
  }

  /** The answer to that request of the peer has not arrived. */
  has(sequence: number): boolean {
    return this.sizes.has(sequence)
  }

  add(sequence: number, bytes: number): void {
    this.sizes.set(sequence, bytes)
    this.count(bytes)
  }

  /** It has arrived, or nobody waits for it. */
  delete(sequence: number): void {
    const bytes = this.sizes.get(sequence)
    if (bytes === undefined) return
    this.sizes.delete(sequence)
    this.count(-bytes)
  }

  private count(bytes: number): void {
    this.total += bytes
    this.onChange?.(bytes)
  }
}
