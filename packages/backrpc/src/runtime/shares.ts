// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** So much of what peers ask for is begun in a turn of the event loop; then what else has come is looked at. */
const TURN_COUNT = 256
/** Of that, what has waited from an earlier turn: the rest is left for those who have asked for less. */
const WAITED_COUNT = 192
/** The same in milliseconds, whatever their number. */
const TURN_MS = 5
/** What one peer gets before the next. */
const ROUND_COUNT = 32
/** From so many on the end of the turn is waited for: fewer than that nobody has to wait for. */
const FEW = 32
/** What waits of one peer, at most: then it is begun all the same. Requests are bounded before, by credit. */
const MAX_WAITING = 4096
const MAX_WAITING_BYTES = 1024 * 1024

interface Waiting<Work> {
  items: Work[]
  /** The first that waits. */
  head: number
  bytes: number
}

/**
 * Shares the turns of the event loop between peers: each gets its work begun in order, and who asks for much does not
 * keep those waiting who ask for little.
 */
export class Shares<Work> {
  private readonly waiting = new Map<string, Waiting<Work>>()
  private begun = 0
  private turnBegan = 0
  private planned: NodeJS.Immediate | undefined

  /**
   * @param now a clock in milliseconds
   * @param bytesOf what it holds that no credit bounds
   * @param begin must not throw
   */
  constructor(
    private readonly now: () => number,
    private readonly bytesOf: (work: Work) => number,
    private readonly begin: (work: Work) => void
  ) {}

  /** Begins the work of a peer: now, or in a later turn when this one has done enough, behind what waits of that peer. */
  give(peer: string, work: Work): void {
    const waiting = this.waiting.get(peer)
    if (waiting === undefined && !this.usedUp) return this.start(work)
    if (waiting === undefined) this.waiting.set(peer, { items: [work], head: 0, bytes: this.bytesOf(work) })
    else {
      waiting.items.push(work)
      waiting.bytes += this.bytesOf(work)
      const count = waiting.items.length - waiting.head
      if (count > MAX_WAITING || (count > 1 && waiting.bytes > MAX_WAITING_BYTES)) this.flush(peer)
    }
    this.plan()
  }

  /** Something of that peer waits: what comes behind it has to as well. */
  holds(peer: string): boolean {
    return this.waiting.has(peer)
  }

  /** Begins all that waits of that peer, before something else that is to come behind it. */
  flush(peer: string): void {
    const waiting = this.waiting.get(peer)
    if (waiting !== undefined) this.take(peer, waiting, Infinity)
  }

  /** {@link flush} of all. */
  flushAll(): void {
    for (const peer of [...this.waiting.keys()]) this.flush(peer)
  }

  private get usedUp(): boolean {
    return this.begun >= TURN_COUNT || (this.begun > 0 && this.now() - this.turnBegan > TURN_MS)
  }

  private start(work: Work): void {
    if (this.begun === 0) this.turnBegan = this.now()
    if (++this.begun === FEW) this.plan()
    this.begin(work)
  }

  private plan(): void {
    this.planned ??= setImmediate(() => this.nextTurn())
  }

  private nextTurn(): void {
    this.planned = undefined
    this.begun = 0
    while (this.waiting.size > 0 && this.begun < WAITED_COUNT && !this.usedUp) {
      const [peer, waiting] = this.waiting.entries().next().value as [string, Waiting<Work>]
      this.take(peer, waiting, ROUND_COUNT)
    }
    if (this.waiting.size > 0) this.plan()
  }

  /** What is left then goes behind the other peers. */
  private take(peer: string, waiting: Waiting<Work>, count: number): void {
    const end = Math.min(waiting.items.length, waiting.head + count)
    while (waiting.head < end) {
      const work = waiting.items[waiting.head++]
      waiting.bytes -= this.bytesOf(work)
      this.start(work)
      if (count !== Infinity && this.usedUp) break
    }
    // What was begun may have begun the rest
    if (this.waiting.get(peer) !== waiting) return
    this.waiting.delete(peer)
    if (waiting.head === waiting.items.length) return
    this.waiting.set(peer, { items: waiting.items.slice(waiting.head), head: 0, bytes: waiting.bytes })
  }
}
