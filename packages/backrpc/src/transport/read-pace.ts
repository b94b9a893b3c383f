// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** So long what came may be worked on until the event loop goes on with timers and with what else there is. */
const MAX_TURN_MS = 10

/** Pieces that are taken up again in one turn, at most: each in a callback of its own, so that promises and ticks run between. */
const MAX_PIECES = 32

/** From so many pieces on that are read in one turn, what is written may wait for its end: never what a single one asks for. */
const MANY = 2

/**
 * Divides what comes over many connections at one time into turns: a thousand peers that come back together must not keep
 * the event loop from going round. What comes when the time of a turn is over waits for the next, in the order it came.
 */
export class ReadPace {
  /** When the turn began; `undefined` until something comes in it. */
  private begun: number | undefined
  private readonly waiting: (() => void)[] = []
  /** Of those that have had theirs: behind what waits, but one in each turn, or who once flooded would never be heard. */
  private readonly surplus: (() => void)[] = []
  private planned = 0
  private turns = 0
  /** Pieces that came in this turn. */
  private reads = 0
  /** What is left for its end. */
  private ends: (() => void)[] = []
  private readonly step: () => void

  constructor(
    private readonly clock: () => number = () => performance.now(),
    private readonly nextTurn: (run: () => void) => void = setImmediate
  ) {
    // Made once: there is one for each turn
    this.step = () => this.goOn()
  }

  /** Of now: another one later. */
  get turn(): number {
    return this.turns
  }

  /** Something has come that is not worked on yet. */
  get late(): boolean {
    return this.waiting.length > 0
  }

  /** What has come now may be worked on at once. */
  hasTime(): boolean {
    if (this.late) return false
    this.reads++
    const { begun } = this
    if (begun !== undefined) return this.clock() - begun < MAX_TURN_MS
    this.begin()
    return true
  }

  /** In a later turn, behind all that waits. */
  later(work: () => void): void {
    this.waiting.push(work)
  }

  /** In a later turn, behind what waits: it comes from who has had his share of this one. */
  behind(work: () => void): void {
    this.surplus.push(work)
    this.begin()
  }

  /** Behind all that waits; at once when nothing does. */
  afterAll(work: () => void): void {
    if (this.late) this.later(work)
    else work()
  }

  /**
   * Runs it at the end of the turn where more than one piece has come in it: the next may have something for the same
   * peer, and one write for both costs half. `false` when nothing is gained by waiting.
   */
  atEnd(work: () => void): boolean {
    if (this.reads < MANY) return false
    this.ends.push(work)
    return true
  }

  private begin(): void {
    this.begun ??= this.clock()
    // Where something is behind, its end is planned already
    if (this.planned === 0) this.plan(1)
  }

  private plan(pieces: number): void {
    this.planned = pieces
    for (let i = 0; i < pieces; i++) this.nextTurn(this.step)
  }

  private goOn(): void {
    const { waiting, surplus } = this
    if (this.begun === undefined) this.begun = this.clock()
    if (--this.planned > 0) {
      if (this.planned === 1 && surplus.length > 0) surplus.shift()?.()
      else if (this.clock() - this.begun < MAX_TURN_MS) (waiting.shift() ?? surplus.shift())?.()
      return
    }
    // The last of a turn: what it does belongs to the next
    this.begun = undefined
    this.turns++
    this.reads = 0
    this.finish()
    const pieces = waiting.length + surplus.length
    if (pieces > 0) this.plan(Math.min(MAX_PIECES, pieces + 1))
  }

  private finish(): void {
    const { ends } = this
    if (ends.length === 0) return
    this.ends = []
    for (const end of ends) end()
  }
}
