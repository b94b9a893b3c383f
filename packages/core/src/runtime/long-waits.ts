// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TickManager } from '../api/time'
import type { ContainerWaits, WaitReport, WaitVerdict } from '../api/turns'
import { describeCycle, WaitGraph, type Wait } from '../state/wait-graph'
import { DeadlineTimer } from './deadline-timer'
import type { Mailbox } from './mailbox'
import type { WaitingTurn } from './waiting-turn'

/** How long a call waits for its turn before anybody asks whether it waits for itself; and between two reports of it. */
const PATIENCE_MS = 1000

/** Calls in chains, and turns, that one report has: it fits one message, whatever their names. */
const MAX_REPORTED = 2048

interface LongWait extends Wait {
  readonly call: WaitingTurn
}

/** Calls made in turns that have waited long for their own: breaks deadlocks here, and reports what waits for those elsewhere. */
export class LongWaits {
  /** In the order in which they began to wait. */
  private readonly waiting = new Set<WaitingTurn>()
  private readonly timer: DeadlineTimer
  /** The coordinator knows of some. */
  private reported = false
  private reporting = false
  private heard = 0

  constructor(
    private readonly tickManager: TickManager,
    private readonly tell: (report: WaitReport) => Promise<WaitVerdict> | undefined
  ) {
    this.timer = new DeadlineTimer(tickManager, () => this.look())
  }

  add(call: WaitingTurn): void {
    this.waiting.add(call)
    if (this.waiting.size === 1 && !this.reported) this.timer.rearm(call.since + PATIENCE_MS)
  }

  remove(call: WaitingTurn): void {
    this.waiting.delete(call)
    if (this.waiting.size === 0 && !this.reported) this.timer.rearm(undefined)
  }

  stop(): void {
    this.timer.stop()
  }

  private look(): void {
    this.breakDeadlocks()
    const long = this.long()
    if ((long.length > 0 || this.reported) && !this.reporting) void this.report(long)
    const [oldest] = this.waiting
    if (oldest === undefined && !this.reported) return
    const now = this.tickManager.now()
    const next = (oldest?.since ?? now) + PATIENCE_MS
    this.timer.rearm(next > now ? next : now + PATIENCE_MS)
  }

  private long(): WaitingTurn[] {
    const latest = this.tickManager.now() - PATIENCE_MS
    return [...this.waiting].filter(({ since }) => since <= latest)
  }

  /** Of those that wait for each other here the last one gives way. */
  private breakDeadlocks(): void {
    const waits = this.long().map((call): LongWait => {
      const { mailbox, operation, chain } = call
      return { uuid: mailbox.uuid, running: mailbox.running, operation, chain, call }
    })
    if (waits.length === 0) return
    const graph = new WaitGraph(waits)
    const cycle = waits.map((wait) => graph.cycleOf(wait)).find((found) => found !== undefined)
    if (cycle === undefined) return
    const { call } = cycle.reduce((last, wait) => (wait.call.since >= last.call.since ? wait : last))
    call.mailbox.breakDeadlock(call, describeCycle(cycle))
    this.breakDeadlocks()
  }

  private async report(long: readonly WaitingTurn[]): Promise<void> {
    this.reporting = true
    const { heard } = this
    try {
      const verdict = await this.tell({ heard, containers: reportOf(long) })
      this.reported = long.length > 0
      this.heard = verdict?.heard ?? 0
      for (const { id, cycle } of verdict?.deadlocks ?? []) {
        const call = long.find((each) => each.id === id)
        call?.mailbox.breakDeadlock(call, cycle)
      }
    } catch {
      // A coordinator that knows nothing of it, or is away: their deadlines end them
      this.heard = 0
    } finally {
      this.reporting = false
    }
  }
}

/** Grouped by container, the oldest first, as far as they fit. */
function reportOf(long: readonly WaitingTurn[]): ContainerWaits[] {
  const byMailbox = new Map<Mailbox, WaitingTurn[]>()
  for (const call of long) byMailbox.set(call.mailbox, [...(byMailbox.get(call.mailbox) ?? []), call])
  let left = MAX_REPORTED
  const containers: ContainerWaits[] = []
  for (const [mailbox, calls] of byMailbox) {
    const { uuid, running } = mailbox
    left -= running.length
    const waiting = calls.filter(({ chain }) => (left -= chain.length) >= 0)
    if (waiting.length === 0) break
    containers.push({ uuid, running, waiting: waiting.map(({ id, operation, chain }) => ({ id, operation, chain })) })
  }
  return containers
}
