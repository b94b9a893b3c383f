// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Why a container does not end yet. */
export interface NotYet {
  /** For people: in lists, events and errors. */
  reason: string
  /** How long its work may take at most, in milliseconds. Default, and upper bound: `preTerminationMs` of its kind, 60 s. */
  withinMs?: number
}

/** What a container is told when it is to end. */
export interface TerminateContext {
  /** For people: nobody holds it, it moves, its agent closes, … */
  readonly reason: string
  /** It ends whatever it says: `terminate()` is not called again. */
  readonly final: boolean
  /** When the agent stops waiting for this call, Unix milliseconds. */
  readonly deadline: number
  /**
   * It cannot end now, because of work that goes on by itself: it serves on, in pre-termination, until `finished`, or
   * until its time is over; then `terminate()` is called once more, with `final`. Whoever gets it meanwhile restores it: see
   * `Container.restore`. To be called before `terminate()` settles; what that does afterwards does not count. Throws
   * `INVALID_ARGUMENT` when `final`, or too late.
   */
  notYet(why: NotYet): void
  /** The work that `notYet` spoke of is done. Changes nothing when the container has been restored since. */
  finished(): void
}

/** Of a container that is to end and does not yet, as lists and events show it. */
export interface PreTermination {
  /** As the container said it. */
  reason: string
  /** When it is ended by force, Unix milliseconds. */
  until?: number
  /** Its work is done: it is about to end. */
  finished?: boolean
  /** Its time was over: it ends by force. */
  forced?: boolean
}

/** How an agent is to end a container. */
export interface RetireOptions {
  /** For people. */
  reason: string
  /** It may not answer `notYet`. */
  final: boolean
  /** It is started elsewhere afterwards, with the state that is answered: requests that run are waited for, then `dehydrate()`. */
  move?: boolean
  /** In the agent's process only: copies what `dehydrate()` answers at once, since the container may change it until it has ended. */
  copyState?(state: unknown): unknown
}

/** What came of it. */
export interface RetireOutcome {
  /** It has not ended: it serves on. */
  notYet?: NotYet
  /** It has ended, and moves: what `dehydrate()` answered. */
  state?: unknown
}
