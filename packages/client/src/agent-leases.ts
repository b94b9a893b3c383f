// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ActivationToken, NetworkAgent, TickManager } from '@hcengineering/network-core'

/**
 * For how long this client's agents may serve: the coordinator takes it for dead an alive timeout after the last message
 * that it had from it, so they may until an alive timeout after the last one that it is known to have had was sent.
 */
export class AgentLeases {
  private readonly known = new Set<NetworkAgent>()
  /** Announced in the running session. */
  private readonly granted = new Set<NetworkAgent>()
  /** Told with the last answer to its announcement that was heard, and in which session. */
  private readonly settled = new Map<NetworkAgent, { readonly token: ActivationToken; readonly session: number }>()
  /** Counts the sessions. */
  private session = 0
  private lastHeard = -Infinity
  /** Until when they may serve in any case: the coordinator is about to be away. */
  private extendedUntil = -Infinity

  constructor(
    private readonly tickManager: TickManager,
    private readonly leaseMs: number
  ) {}

  /** A session began: the coordinator may have given the containers to others, until it has answered each agent. */
  begun(): void {
    this.session++
    this.granted.clear()
    this.extendedUntil = -Infinity
  }

  /** What the agent has it was left when that was the last token, or given since; undefined when nobody told. */
  settledOf(agent: NetworkAgent): ActivationToken | undefined {
    return this.settled.get(agent)?.token
  }

  /** That token is of a run before the one that told last, in a session that is over, what the agent is left. */
  isOutlived(agent: NetworkAgent, token: ActivationToken | undefined): boolean {
    const told = this.settled.get(agent)
    return told !== undefined && token !== undefined && token.epoch < told.token.epoch && told.session < this.session
  }

  /**
   * The agent is about to be announced; call what is returned when the coordinator has answered, with the token that it told:
   * `false` when another session has begun since, in which it has to be announced again.
   *
   * @param grants the coordinator grants leases; one of 0.7 does not
   */
  announce(agent: NetworkAgent, grants: boolean): (token?: ActivationToken) => boolean {
    const { session } = this
    const sentAt = this.tickManager.now()
    // What it starts from now on may be started elsewhere, should the coordinator end before it has written that down
    if (grants && !this.known.has(agent)) this.grant(agent, -Infinity)
    this.known.add(agent)
    return (token) => {
      if (token !== undefined) this.settled.set(agent, { token, session })
      if (session !== this.session) return false
      if (grants) {
        this.granted.add(agent)
        this.confirmed(Math.max(sentAt, this.lastHeard))
      } else {
        agent.leaseGranted?.(Infinity)
      }
      return true
    }
  }

  /** The coordinator has heard what was sent at `sentAt`. */
  confirmed(sentAt: number): void {
    if (sentAt < this.lastHeard) return
    this.lastHeard = sentAt
    const until = Math.max(sentAt + this.leaseMs, this.extendedUntil)
    for (const agent of this.granted) this.grant(agent, until)
  }

  /** Longer than usual, whatever is heard in this session. */
  extend(leaseMs: number): void {
    this.extendedUntil = Math.max(this.extendedUntil, this.lastHeard + leaseMs)
    this.confirmed(this.lastHeard)
  }

  /** It is not registered any more: nobody has its containers. */
  forget(agent: NetworkAgent): void {
    this.granted.delete(agent)
    this.settled.delete(agent)
    if (this.known.delete(agent)) agent.leaseGranted?.(Infinity)
  }

  private grant(agent: NetworkAgent, until: number): void {
    agent.leaseGranted?.(Math.max(0, until - this.tickManager.now()))
  }
}
