// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Something that needs memory for a while. */
export interface Guest {
  readonly bytes: number
  /** There is room for it now. */
  admitted(): void
}

/** Memory for answers that come in parts: who finds no room waits, in order. One always has room, however large it is. */
export class AnswerRoom {
  private readonly guests = new Set<Guest>()
  private readonly waiting = new Set<Guest>()
  private used = 0
  private taken = 0

  /** @param house has to have room as well */
  constructor(
    private readonly maxBytes: number,
    private readonly house?: AnswerRoom
  ) {}

  /** Bytes of those who are in, or wait for the house. */
  get bytes(): number {
    return this.used
  }

  /** So many bytes more, or less, are in use for something else. */
  take(bytes: number): void {
    this.taken += bytes
    if (bytes < 0) this.admit()
  }

  enter(guest: Guest): void {
    this.waiting.add(guest)
    this.admit()
  }

  leave(guest: Guest): void {
    if (this.waiting.delete(guest) || !this.guests.delete(guest)) return
    this.used -= guest.bytes
    this.house?.leave(guest)
    this.admit()
  }

  private admit(): void {
    for (const guest of this.waiting) {
      if (this.used > 0 && this.used + this.taken + guest.bytes > this.maxBytes) return
      this.waiting.delete(guest)
      this.guests.add(guest)
      this.used += guest.bytes
      if (this.house === undefined) guest.admitted()
      else this.house.enter(guest)
    }
  }
}
