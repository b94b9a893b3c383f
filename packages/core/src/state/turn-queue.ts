// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { CallChain } from '../api/turns'

/** A call to a container that takes turns. */
export interface TurnCall {
  readonly operation: string
  readonly readOnly: boolean
  readonly chain: CallChain
  /** It has a place in the queue, which sets this. */
  waiting: boolean
}

/** One turn that runs: the call which began it, and those that are made for it. */
export interface Turn {
  readonly id: string
  readonly operation: string
  readonly readOnly: boolean
  readonly since: number
  /** Those that have not ended. */
  calls: number
}

/** What becomes of a call. */
export type Admission =
  /** It runs: `joined` the turn in which it was made, or begins one. */
  | { readonly kind: 'runs'; readonly turn: Turn; readonly joined: boolean }
  | { readonly kind: 'waits' }
  /** As many as may wait already. */
  | { readonly kind: 'full' }
  /** It changes something, and was made in a turn that may not. */
  | { readonly kind: 'forbidden'; readonly turn: Turn }

/** A call whose wait is over, and the turn that it begins. */
export interface Begun<C> {
  readonly call: C
  readonly turn: Turn
}

/** Calls that have left are swept out when there are more of them than of the others, and more than this. */
const SWEEP_ABOVE = 64

/**
 * The turns of one container: one at a time, or several that are read-only, in the order in which they came. A call that is
 * made in a turn which runs belongs to that turn: it waits for nobody, since that turn waits for it.
 */
export class TurnQueue<C extends TurnCall> {
  private readonly turns = new Map<string, Turn>()
  /** In the order in which they came; those that wait no more are skipped. */
  private calls: C[] = []
  private waitingCount = 0

  /**
   * @param mostWaiting calls
   * @param newId makes the id of the next turn
   */
  constructor(
    private readonly mostWaiting: number,
    private readonly newId: () => string
  ) {}

  /** Turns that run. */
  get running(): Iterable<Turn> {
    return this.turns.values()
  }

  /** Number of calls that wait. */
  get waiting(): number {
    return this.waitingCount
  }

  /** The turn that runs here and in which a call of that chain was made. */
  turnOf(chain: CallChain): Turn | undefined {
    for (const { turn } of chain) {
      const own = turn === '' ? undefined : this.turns.get(turn)
      if (own !== undefined) return own
    }
    return undefined
  }

  enter(call: C, now: number): Admission {
    const own = this.turnOf(call.chain)
    if (own !== undefined) {
      if (own.readOnly && !call.readOnly) return { kind: 'forbidden', turn: own }
      own.calls++
      return { kind: 'runs', turn: own, joined: true }
    }
    if (this.waitingCount === 0 && this.admits(call)) {
      return { kind: 'runs', turn: this.begin(call, now), joined: false }
    }
    if (this.waitingCount >= this.mostWaiting) return { kind: 'full' }
    call.waiting = true
    this.waitingCount++
    this.calls.push(call)
    return { kind: 'waits' }
  }

  /** A call of that turn has ended. Answers with those that begin now. */
  leave(turn: Turn, now: number): Begun<C>[] {
    if (--turn.calls > 0) return []
    this.turns.delete(turn.id)
    return this.next(now)
  }

  /** That call waits no more. Answers with those that begin now: it may have stood in their way. */
  withdraw(call: C, now: number): Begun<C>[] {
    if (!call.waiting) return []
    this.remove(call)
    if (this.calls.length > SWEEP_ABOVE && this.calls.length > 2 * this.waitingCount) {
      this.calls = this.calls.filter(({ waiting }) => waiting)
    }
    return this.next(now)
  }

  /** None waits any more: takes them all out. */
  takeWaiting(): C[] {
    const all = this.calls.filter(({ waiting }) => waiting)
    for (const call of all) this.remove(call)
    this.calls = []
    return all
  }

  private admits({ readOnly }: C): boolean {
    if (this.turns.size === 0) return true
    if (!readOnly) return false
    // All that run together are alike
    for (const turn of this.turns.values()) return turn.readOnly
    return false
  }

  private next(now: number): Begun<C>[] {
    const begun: Begun<C>[] = []
    let passed = 0
    for (; passed < this.calls.length; passed++) {
      const call = this.calls[passed]
      if (!call.waiting) continue
      if (!this.admits(call)) break
      this.remove(call)
      begun.push({ call, turn: this.begin(call, now) })
    }
    if (passed > 0) this.calls.splice(0, passed)
    return begun
  }

  private begin({ operation, readOnly }: C, now: number): Turn {
    const turn = { id: this.newId(), operation, readOnly, since: now, calls: 1 }
    this.turns.set(turn.id, turn)
    return turn
  }

  private remove(call: C): void {
    call.waiting = false
    this.waitingCount--
  }
}
