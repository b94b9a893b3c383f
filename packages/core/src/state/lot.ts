// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Members of which any one can be drawn, or each in turn: every operation costs the same whatever their number. */
export class Lot<T> {
  private readonly members: T[] = []
  private readonly places = new Map<T, number>()
  private cursor = 0

  get size(): number {
    return this.members.length
  }

  has(value: T): boolean {
    return this.places.has(value)
  }

  add(value: T): void {
    if (this.places.has(value)) return
    this.places.set(value, this.members.length)
    this.members.push(value)
  }

  delete(value: T): void {
    const place = this.places.get(value)
    if (place === undefined) return
    this.places.delete(value)
    const last = this.members.pop() as T
    if (last === value) return
    this.members[place] = last
    this.places.set(last, place)
  }

  /** Two of them, different where there are two. @param random from 0 to below 1 */
  two(random: () => number): [T, T] | undefined {
    const { members } = this
    if (members.length === 0) return undefined
    const first = Math.floor(random() * members.length)
    if (members.length === 1) return [members[0], members[0]]
    const step = 1 + Math.floor(random() * (members.length - 1))
    return [members[first], members[(first + step) % members.length]]
  }

  /** The next: so many calls as there are members give each once, as long as none comes or goes. */
  next(): T | undefined {
    const { members } = this
    if (members.length === 0) return undefined
    this.cursor = (this.cursor + 1) % members.length
    return members[this.cursor]
  }
}
