// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerUuid } from './identifiers'

/**
 * How a container lets calls in: declared as its `turns`, and read once, when an agent takes it.
 *
 * A turn is a request or a message (`send`), from its beginning until what `request` answered has settled, with all that is
 * called back by what it calls meanwhile: whoever is called from a turn may call its container again, and is let in. Streams,
 * `connect`, `disconnect`, `ping` and broadcasts are no turns; see {@link StreamContext.turn} for a stream that needs one.
 */
export interface Turns<Operation extends string = string> {
  /**
   * - `parallel`: all calls run as they come. As in 0.7, and the default of a container that declares nothing
   * - `serial`: one turn at a time, in the order in which they came
   */
  readonly concurrency: 'parallel' | 'serial'
  /**
   * `serial` only: operations that change nothing. They run together with each other, and overtake nobody: one that comes
   * while another turn waits goes behind it. What they call may not call back an operation that is not among these.
   */
  readonly readOnly?: readonly Operation[]
  /**
   * `serial` only: how many calls may wait for their turn, from 0; beyond, they are refused with `OVERLOADED`. Default 256.
   * More: longer waits in place of refusals, and more of what its agent may be asked at a time (1 024 by one peer) is taken.
   */
  readonly mailbox?: number
}

/** One call of a chain: made to that container, which serves it still. */
export interface CallHop {
  readonly uuid: ContainerUuid
  /** What that container was asked for. */
  readonly operation: string
  /** The turn in which that container serves it, never used again for another; '' where it takes none. */
  readonly turn: string
}

/** The calls for which another one is made, outermost first: each waits for the next. */
export type CallChain = readonly CallHop[]

/** A turn that runs, as others are told of it. */
export interface RunningTurn {
  /** Its id, as in a {@link CallHop}. */
  readonly turn: string
  /** What it was begun by. */
  readonly operation: string
}

/** What has waited long for its turn in one container, and for whom. */
export interface ContainerWaits {
  readonly uuid: ContainerUuid
  readonly running: readonly RunningTurn[]
  readonly waiting: readonly WaitingCall[]
}

/** A call that has waited long for its turn. */
export interface WaitingCall {
  /** Never used again for another. */
  readonly id: string
  /** What it asks for. */
  readonly operation: string
  readonly chain: CallChain
}

/** What an agent says of the calls that have waited long there. */
export interface WaitReport {
  /** The number in the last verdict that it had when this was so; 0 for none. */
  readonly heard: number
  readonly containers: readonly ContainerWaits[]
}

/** What the coordinator says to it. */
export interface WaitVerdict {
  /** The number of this verdict, to be said with the next report. */
  readonly heard: number
  /** Calls that wait in vain, each for what waits for it: to be refused. */
  readonly deadlocks: readonly Deadlock[]
}

/** A call that waits for itself. */
export interface Deadlock {
  readonly uuid: ContainerUuid
  /** Of the call. */
  readonly id: string
  /** Who waits for whom, in words. */
  readonly cycle: string
}
