// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  defaultTimeoutsMs,
  messageOf,
  NetworkError,
  schedule,
  type ActivationToken,
  type AgentUuid,
  type TickManager
} from '@hcengineering/network-core'
import type { LeaseLedger, LedgerContent } from './lease-ledger'
import { LedgerWriter } from './ledger-writer'

/** Agents given up as silent that are remembered: the oldest are forgotten first. */
const MAX_VOIDED = 10_000

interface Granted {
  readonly leaseMs: number
}

/** Granted by the run before, or by this one for the time after it: it may run for longer than what is granted usually. */
interface Longer extends Granted {
  readonly until: number
}

/** Which agents may serve for how long without hearing of the coordinator, written down before they are told. */
export class Leases {
  private readonly granted = new Map<AgentUuid, Granted>()
  private readonly longer = new Map<AgentUuid, Longer>()
  private readonly voided = new Map<AgentUuid, ActivationToken>()
  private readonly timers = new Set<() => void>()
  private readonly writer: LedgerWriter
  private epoch: number

  constructor(
    private readonly tickManager: TickManager,
    ledger: LeaseLedger | undefined
  ) {
    this.writer = new LedgerWriter(ledger, () => this.content())
    this.epoch = ledger?.epoch ?? 0
    for (const [agentId, token] of ledger?.voided ?? []) this.voided.set(agentId, token)
    for (const [agentId, leaseMs] of ledger?.leases ?? []) this.lengthen(agentId, leaseMs)
  }

  /**
   * Resolves when it is durable, with what takes it back; `UNAVAILABLE` when it cannot be. What is durable already needs no
   * disk.
   */
  async grant(agentId: AgentUuid, leaseMs: number, epoch: number): Promise<() => void> {
    const known = this.granted.get(agentId)
    const granted = { leaseMs }
    this.granted.set(agentId, granted)
    this.epoch = epoch
    const restore = (): void => {
      if (this.granted.get(agentId) !== granted) return
      if (known === undefined) this.granted.delete(agentId)
      else this.granted.set(agentId, known)
    }
    const takeBack = (): void => {
      restore()
      this.writeSometime()
    }
    if (this.writer.idle && this.writer.covers(agentId, leaseMs, epoch)) return takeBack
    try {
      await this.writer.write()
      return takeBack
    } catch (error) {
      if (this.writer.covers(agentId, leaseMs, epoch)) return takeBack
      restore()
      const text = `The coordinator cannot write down that agent ${agentId} serves: ${messageOf(error)}`
      throw new NetworkError('UNAVAILABLE', text, { agentId, cause: error })
    }
  }

  /** It is told what is its own: when its lease has passed once more it has heard that, or is given up again. */
  heard(agentId: AgentUuid, epoch: number): void {
    const granted = this.granted.get(agentId)
    if (granted === undefined || this.voided.get(agentId)?.epoch !== epoch) return
    this.after(granted.leaseMs, () => {
      if (this.granted.get(agentId) === granted && this.voided.delete(agentId)) this.writeSometime()
    })
  }

  /** It serves no more. */
  end(agentId: AgentUuid): void {
    const known = [this.longer.delete(agentId), this.granted.delete(agentId), this.voided.delete(agentId)]
    if (known.includes(true)) this.writeSometime()
  }

  /**
   * For how long an agent that is silent may still serve; it is forgotten after that, unless it is back.
   *
   * @param aliveMs what is left of its alive timeout
   * @param token of now: what comes after it counts, whatever the agent believes when it is back
   */
  giveUp(agentId: AgentUuid, aliveMs: number, token: ActivationToken): number {
    this.voided.delete(agentId)
    this.voided.set(agentId, token)
    for (const oldest of this.voided.keys()) {
      if (this.voided.size <= MAX_VOIDED) break
      this.voided.delete(oldest)
    }
    this.writeSometime()
    const now = this.tickManager.now()
    const longerMs = (this.longer.get(agentId)?.until ?? now) - now
    const leftMs = Math.max(aliveMs, longerMs) + defaultTimeoutsMs.leaseGuard
    const granted = this.granted.get(agentId)
    this.after(leftMs, () => {
      if (this.granted.get(agentId) !== granted) return
      this.granted.delete(agentId)
      this.writeSometime()
    })
    return leftMs
  }

  /** All get at least as long, for this coordinator will be away. Rejects when it cannot be written down. */
  async extend(leaseMs: number): Promise<void> {
    for (const [agentId, granted] of this.granted) {
      this.lengthen(agentId, Math.max(leaseMs, granted.leaseMs, this.longer.get(agentId)?.leaseMs ?? 0))
    }
    await this.writer.write()
  }

  close(): void {
    for (const cancel of this.timers) cancel()
  }

  /** Counted from now: it hears of it later, and counts from earlier. */
  private lengthen(agentId: AgentUuid, leaseMs: number): void {
    const longer = { leaseMs, until: this.tickManager.now() + leaseMs }
    this.longer.set(agentId, longer)
    this.after(leaseMs, () => {
      if (this.longer.get(agentId) !== longer) return
      this.longer.delete(agentId)
      this.writeSometime()
    })
  }

  private after(delayMs: number, act: () => void): void {
    const cancel = schedule(this.tickManager, delayMs, () => {
      this.timers.delete(cancel)
      act()
    })
    this.timers.add(cancel)
  }

  /** What is forgotten too late only makes the next run wait. */
  private writeSometime(): void {
    this.writer.write().catch(() => {})
  }

  private content(): LedgerContent {
    const leases = new Map<AgentUuid, number>()
    for (const [agentId, { leaseMs }] of [...this.longer, ...this.granted]) {
      leases.set(agentId, Math.max(leaseMs, leases.get(agentId) ?? 0))
    }
    return { epoch: this.epoch, leases, voided: new Map(this.voided) }
  }
}
