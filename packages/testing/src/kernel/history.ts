// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ActivationToken } from '@hcengineering/network-core'

/** Names a request, a connection or an activation of a container: never used twice in a run. */
export type Id = number

/** One fact of a run, as somebody sees it who sees everything. */
export type Fact =
  | {
      readonly type: 'called'
      readonly call: Id
      readonly process: string
      readonly what: string
      readonly request?: RequestFacts
    }
  | { readonly type: 'answered'; readonly call: Id; readonly value: unknown }
  | { readonly type: 'failed'; readonly call: Id; readonly code: string; readonly message: string }
  /** The caller's own deadline has passed, and some time more. */
  | { readonly type: 'overdue'; readonly call: Id }
  | {
      readonly type: 'executed'
      readonly request: Id
      readonly instance: Id
      readonly client: string
      /** Of the activation, as the container was told. */
      readonly token: ActivationToken | undefined
    }
  /** A turn, or a part of one, begins in a container that takes turns; `root` is the call from which it comes. */
  | { readonly type: 'turn-begun'; readonly instance: Id; readonly root: Id; readonly readOnly: boolean }
  | { readonly type: 'turn-ended'; readonly instance: Id; readonly root: Id }
  /** What is called from a turn and comes back to where a turn for the same call runs: it was made to wait, and given up. */
  | { readonly type: 'turn-locked-out'; readonly uuid: string; readonly root: Id; readonly why: string }
  /** Its answer leaves the agent: it counts. */
  | { readonly type: 'replied'; readonly request: Id }
  | {
      readonly type: 'created'
      readonly instance: Id
      readonly uuid: string
      readonly kind: string
      readonly process: string
      /** It exists before it is wanted, and serves whenever it is its turn. */
      readonly stateless: boolean
    }
  /** The coordinator asked for it under that token; again, perhaps, for one that existed. */
  | { readonly type: 'activated'; readonly instance: Id; readonly token: ActivationToken }
  /** Somebody told the agent of a later activation than the one that it has. */
  | { readonly type: 'superseded'; readonly process: string; readonly uuid: string; readonly token: ActivationToken }
  | { readonly type: 'terminating'; readonly instance: Id; readonly reason?: string }
  /** It was to end, could not yet, and goes on. */
  | { readonly type: 'restored'; readonly instance: Id }
  /** A reminder of that container is on the coordinator's disk. */
  | { readonly type: 'reminder-set'; readonly name: string; readonly uuid: string; readonly dueAt: number }
  | { readonly type: 'reminded'; readonly name: string; readonly instance: Id }
  /** A timer of that activation fires. */
  | { readonly type: 'ticked'; readonly instance: Id; readonly token: ActivationToken | undefined }
  /** It moves, and has taken down its state. */
  | { readonly type: 'dehydrated'; readonly instance: Id }
  /** It goes on with the state of another. */
  | { readonly type: 'rehydrated'; readonly instance: Id; readonly predecessor: Id }
  /** The agent begins to drain. */
  | { readonly type: 'draining'; readonly process: string }
  /** The agent has drained: so many containers are still on it. */
  | { readonly type: 'drained'; readonly process: string; readonly left: number }
  | {
      readonly type: 'held'
      readonly process: string
      readonly client: string
      readonly uuid: string
      /** The get that was answered. */
      readonly call?: Id
      /** Where the container is, if its answer said so. */
      readonly agent?: string
      /** Of the activation that it found, if its answer said so. */
      readonly token?: ActivationToken
    }
  | { readonly type: 'released'; readonly process: string; readonly client: string; readonly uuid: string }
  | { readonly type: 'connected'; readonly instance: Id; readonly client: string }
  | { readonly type: 'disconnected'; readonly instance: Id; readonly client: string }
  /** A container sends its event number `number` to that client. */
  | { readonly type: 'sent'; readonly instance: Id; readonly client: string; readonly number: number }
  | { readonly type: 'received'; readonly connection: Id; readonly instance: Id; readonly number: number }
  /** A client asks for a stream of so many items. */
  | { readonly type: 'streaming'; readonly stream: Id; readonly count: number }
  | { readonly type: 'stream-begun'; readonly stream: Id; readonly instance: Id }
  | { readonly type: 'stream-item'; readonly stream: Id; readonly instance: Id; readonly number: number }
  /** The container hears what the client sends. */
  | { readonly type: 'stream-heard'; readonly stream: Id; readonly number: number }
  /** For its reader: `whole`, `left`, or the code of an error. */
  | { readonly type: 'stream-ended'; readonly stream: Id; readonly how: string }
  /** For its container, however it came. */
  | { readonly type: 'stream-left'; readonly stream: Id }
  /** The receiver is told that it has missed events. */
  | { readonly type: 'gap'; readonly connection: Id }
  /** The process began: an agent, a client or the coordinator. */
  | { readonly type: 'started'; readonly process: string }
  /** The process ended, in good order or not. */
  | { readonly type: 'died'; readonly process: string }
  /** The process begins to close in good order. */
  | { readonly type: 'closing'; readonly process: string }
  /** Paused or cut off, or no more. */
  | { readonly type: 'unreachable'; readonly process: string }
  | { readonly type: 'reachable'; readonly process: string }
  /** Its connections were reset. */
  | { readonly type: 'shaken'; readonly process: string }
  /** Containers of that uuid do not answer well when asked how they are. */
  | { readonly type: 'sick'; readonly uuid: string }
  /** The coordinator's disk has become slow, or is so no more. */
  | { readonly type: 'disk' }
  /** Every fault has ended. */
  | { readonly type: 'healed' }
  /** A reference held at the heal answers for the first time after it. */
  | { readonly type: 'usable'; readonly process: string; readonly uuid: string; readonly afterMs: number }
  | {
      readonly type: 'unusable'
      readonly process: string
      readonly uuid: string
      readonly afterMs: number
      readonly cause: string
    }
  /** A while after the heal: connections to what is held of which no container knows, `client uuid`. */
  | { readonly type: 'listening'; readonly deaf: readonly string[] }
  /** A while after the heal and the last call: what everybody knows. */
  | { readonly type: 'quiet'; readonly view: QuietView }
  /** Nobody holds anything, for longer than the unused-container timeout. */
  | { readonly type: 'abandoned'; readonly living: readonly Whereabouts[]; readonly references: number }
  /** Everything was closed, some time ago. */
  | { readonly type: 'closed'; readonly pendingSteps: number }

/** What is to be known of a request before it is sent. */
export interface RequestFacts {
  readonly uuid: string
  readonly client: string
  readonly idempotent: boolean
  /** The container takes its time. */
  readonly slow?: boolean
}

/** Where a container is, as somebody says. */
export interface Whereabouts {
  readonly uuid: string
  readonly agent: string
}

/** What a client has written down of its holds on one uuid. */
export interface BookedHold {
  readonly wanted: number
  readonly granted: number
  /** It asked once more because the coordinator may have lost the others: the coordinator may count fewer than granted. */
  readonly spare: boolean
}

/** The tables of everybody, side by side. */
export interface QuietView {
  /** By client and uuid, `client uuid`: holds that the coordinator counts. */
  readonly counted: ReadonlyMap<string, number>
  /** The same as the clients' users have them. */
  readonly wanted: ReadonlyMap<string, number>
  /** The same as the clients have written down. */
  readonly booked: ReadonlyMap<string, BookedHold>
  readonly coordinator: readonly Whereabouts[]
  /** Active copies, as the agents say. */
  readonly agents: readonly Whereabouts[]
  /** Copies that exist. */
  readonly living: readonly Whereabouts[]
  /** Clients that containers think are connected, though every connection was closed: `uuid client`. */
  readonly connected: readonly string[]
  /** What somebody still has under way, though nobody does anything: `who: what`. */
  readonly pending: readonly string[]
  /** Why the coordinator's own check of its tables fails, if it does. */
  readonly tables?: string
}

/** A fact with its time. */
export type TimedFact = Fact & { readonly at: number }

/** Looks at the facts of a run as they come, and says what must not be. */
export interface Checker {
  readonly name: string
  see(fact: TimedFact, fail: (message: string) => void): void
}

/** A rule that did not hold. */
export interface Violation {
  /** The rule. */
  readonly checker: string
  /** Virtual milliseconds since the start. */
  readonly at: number
  /** What happened. */
  readonly message: string
}

/** The facts of a run, and the rules they break. */
export class History {
  readonly violations: Violation[] = []
  private readonly counts = new Map<Fact['type'], number>()
  private readonly watches: readonly ((fact: TimedFact) => void)[]

  constructor(
    private readonly now: () => number,
    checkers: readonly Checker[],
    private readonly trace: (what: string) => void = () => {}
  ) {
    this.watches = checkers.map((checker) => {
      const fail = (message: string): void => {
        this.violations.push({ checker: checker.name, at: this.now(), message })
      }
      return (fact) => checker.see(fact, fail)
    })
  }

  record(fact: Fact): void {
    const at = this.now()
    this.counts.set(fact.type, this.count(fact.type) + 1)
    this.trace(describe(fact))
    const timed = { at, ...fact }
    for (const watch of this.watches) watch(timed)
  }

  /** How many facts of that type. */
  count(type: Fact['type']): number {
    return this.counts.get(type) ?? 0
  }
}

function describe(fact: Fact): string {
  if (fact.type === 'quiet') return 'quiet'
  return JSON.stringify(fact)
}
