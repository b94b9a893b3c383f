// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Something with a number that no other one in its table has. */
export interface Numbered {
  /** A whole number from 0. */
  readonly sequence: number
}

const FIRST_SLOTS = 16
const MAX_SLOTS = 4096

/**
 * Short-lived things by their numbers, which mostly follow each other: each has a slot of an array, and one that lives so
 * long that a later one needs its slot goes into a map. A map alone would do; but one whose entries come and go makes
 * itself anew all the time, and what is left of each points to the next: once the garbage collector has taken one for
 * old, it keeps all that follow, and what was in them. That was a fifth of all time under load.
 */
export class SequenceTable<T extends Numbered> {
  private slots: (T | undefined)[] = new Array<T | undefined>(FIRST_SLOTS).fill(undefined)
  private inSlots = 0
  private readonly others = new Map<number, T>()

  get size(): number {
    return this.inSlots + this.others.size
  }

  get(sequence: number): T | undefined {
    const item = this.slots[sequence % this.slots.length]
    if (item !== undefined && item.sequence === sequence) return item
    return this.others.size === 0 ? undefined : this.others.get(sequence)
  }

  /** Adds one whose number is not in the table. */
  add(item: T): void {
    let index = item.sequence % this.slots.length
    let occupant = this.slots[index]
    while (occupant !== undefined && this.slots.length < MAX_SLOTS && 2 * this.inSlots >= this.slots.length) {
      this.grow()
      index = item.sequence % this.slots.length
      occupant = this.slots[index]
    }
    if (occupant !== undefined) this.others.set(occupant.sequence, occupant)
    else this.inSlots++
    this.slots[index] = item
  }

  delete(item: T): void {
    const index = item.sequence % this.slots.length
    if (this.slots[index] === item) {
      this.slots[index] = undefined
      this.inSlots--
    } else if (this.others.get(item.sequence) === item) {
      this.others.delete(item.sequence)
    }
  }

  /** All, the smallest number first. */
  inOrder(): T[] {
    const all = [...this.others.values()]
    for (const item of this.slots) if (item !== undefined) all.push(item)
    return all.sort((a, b) => a.sequence - b.sequence)
  }

  private grow(): void {
    const { slots } = this
    this.slots = new Array<T | undefined>(2 * slots.length).fill(undefined)
    // Two that differ modulo n differ modulo 2 n
    for (const item of slots) if (item !== undefined) this.slots[item.sequence % this.slots.length] = item
  }
}
