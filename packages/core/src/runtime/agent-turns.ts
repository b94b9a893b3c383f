// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid } from '../api/identifiers'
import type { TickManager } from '../api/time'
import type { WaitReport, WaitVerdict } from '../api/turns'
import { LazyDeadlines } from '../state/lazy-deadlines'
import { DeadlineTimer } from './deadline-timer'
import type { HostedContainer } from './hosted-container'
import { LongWaits } from './long-waits'
import { Mailbox, type MailboxHost } from './mailbox'
import { readTurns } from './turn-options'
import type { WaitingTurn } from './waiting-turn'

/** Says what has waited long; nothing where nobody hears it. */
export type TellWaits = (report: WaitReport) => Promise<WaitVerdict> | undefined

/** The turns of an agent's containers. */
export class AgentTurns implements MailboxHost {
  private readonly deadlines = new LazyDeadlines<WaitingTurn>()
  private readonly timer: DeadlineTimer
  private readonly long: LongWaits
  /** What makes ids of this agent other than those of any before it, and of other agents. */
  private readonly run: string
  private nextId = 0

  constructor(
    private readonly tickManager: TickManager,
    agentId: AgentUuid,
    tell: TellWaits
  ) {
    this.run = `${agentId.slice(0, 64)}/${Date.now().toString(36)}`
    this.timer = new DeadlineTimer(tickManager, () => this.expire())
    this.long = new LongWaits(tickManager, tell)
  }

  /** What the container has declared holds from now on. */
  open(hosted: HostedContainer): void {
    const turns = readTurns(hosted.container)
    if (turns !== undefined) hosted.mailbox = new Mailbox(hosted, turns, this)
  }

  now(): number {
    return this.tickManager.now()
  }

  newId(): string {
    return `${this.run}/${this.nextId++}`
  }

  waits(call: WaitingTurn): void {
    if (call.deadline !== Infinity) {
      this.deadlines.add(call)
      this.timer.rearm(this.deadlines.next())
    }
    // Nobody who is called by no turn can wait for itself
    if (call.chain.length > 0) this.long.add(call)
  }

  left(call: WaitingTurn): void {
    if (call.deadline !== Infinity) this.deadlines.noteSettled()
    if (call.chain.length > 0) this.long.remove(call)
  }

  stop(): void {
    this.timer.stop()
    this.long.stop()
  }

  private expire(): void {
    for (const call of this.deadlines.due(this.now())) call.expire()
    this.timer.rearm(this.deadlines.next())
  }
}
