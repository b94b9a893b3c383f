// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  defaultTimeoutsMs,
  messageOf,
  NetworkError,
  schedule,
  type ActivationToken,
  type AgentUuid,
  type ClientUuid,
  type Logger,
  type TickManager
} from '@hcengineering/network-core'
import type { LeaseLedger, LedgerContent } from './lease-ledger'
import { LedgerWriter } from './ledger-writer'

/** Agents given up as silent that are remembered: the oldest are forgotten first. */
const MAX_VOIDED = 10_000

/** After a write that failed. */
const writeAgainMs = 1_000

interface Granted {
  readonly client: ClientUuid
  readonly leaseMs: number
}

/** Granted by the run before, or by this one for the time after it: it may run for longer than what is granted usually. */
interface Longer {
  readonly leaseMs: number
  readonly until: number
}

/** Which agents may serve for how long without hearing of the coordinator, written down before they are told. */
export class Leases {
  /** One of each client: a process may register an agent while the one before it still counts as alive. */
  private readonly granted = new Map<AgentUuid, readonly Granted[]>()
  private readonly longer = new Map<AgentUuid, Longer>()
  private readonly voided = new Map<AgentUuid, ActivationToken>()
  private readonly timers = new Set<() => void>()
  private readonly writer: LedgerWriter
  private epoch: number
  /** No warning of a registration that waits for the disk before that. */
  private quietUntil = -Infinity
  private closed = false

  constructor(
    private readonly tickManager: TickManager,
    private readonly ledger: LeaseLedger | undefined,
    private readonly logger?: Logger
  ) {
    this.writer = new LedgerWriter(ledger, () => this.content())
    this.epoch = ledger?.epoch ?? 0
    for (const [agentId, token] of ledger?.voided ?? []) this.voided.set(agentId, token)
    for (const [agentId, leaseMs] of ledger?.leases ?? []) this.lengthen(agentId, leaseMs)
  }

  /**
   * Resolves when it is durable, with what takes it back; `UNAVAILABLE` when it cannot be. What is durable already needs no
   * disk, and no promise.
   */
  grant(agentId: AgentUuid, client: ClientUuid, leaseMs: number, epoch: number): (() => void) | Promise<() => void> {
    const known = this.of(agentId, client)
    const granted = { client, leaseMs }
    this.replace(agentId, known, granted)
    this.epoch = epoch
    const restore = (): void => {
      if (this.of(agentId, client) === granted) this.replace(agentId, granted, known)
    }
    const takeBack = (): void => {
      restore()
      this.writeSometime()
    }
    if (this.writer.covers(agentId, leaseMs, epoch)) return takeBack
    return this.writer.write().then(
      () => takeBack,
      (error: unknown) => {
        if (this.writer.covers(agentId, leaseMs, epoch)) return takeBack
        restore()
        this.warnOfGrants(agentId, messageOf(error))
        const text = `The coordinator cannot write down that agent ${agentId} serves: ${messageOf(error)}`
        throw new NetworkError('UNAVAILABLE', text, { agentId, cause: error })
      }
    )
  }

  /** As it was registered by that client, it serves no more. */
  end(agentId: AgentUuid, client: ClientUuid): void {
    const granted = this.of(agentId, client)
    if (granted === undefined) return
    this.replace(agentId, granted, undefined)
    // Of an earlier run, whoever had the id in that
    if (!this.granted.has(agentId)) this.longer.delete(agentId)
    this.writeSometime()
  }

  /**
   * For how long an agent that is silent may still serve; it is forgotten after that, unless it is back. See {@link written}.
   *
   * @param client that has registered it
   * @param aliveMs what is left of its alive timeout
   * @param token of now: what comes after it counts, whatever the agent believes when it is back
   */
  giveUp(agentId: AgentUuid, client: ClientUuid, aliveMs: number, token: ActivationToken): number {
    this.voids(agentId, token)
    const now = this.tickManager.now()
    const longerMs = (this.longer.get(agentId)?.until ?? now) - now
    const leftMs = Math.max(aliveMs, longerMs) + guardMs(this.longest(agentId))
    const granted = this.of(agentId, client)
    this.after(leftMs, () => {
      if (granted === undefined || this.of(agentId, client) !== granted) return
      this.replace(agentId, granted, undefined)
      this.writeSometime()
    })
    return leftMs
  }

  /**
   * What that agent has from that token or an earlier one does not count in runs after this one, unless it is told so since. See
   * {@link written}.
   */
  voids(agentId: AgentUuid, token: ActivationToken): void {
    this.voided.delete(agentId)
    this.voided.set(agentId, token)
    for (const oldest of this.voided.keys()) {
      if (this.voided.size <= MAX_VOIDED) break
      this.voided.delete(oldest)
    }
    this.writeSometime()
  }

  /**
   * Resolves when everything so far is durable, which is tried again until it is; `undefined` where there is no ledger. A
   * coordinator that is killed before leaves a successor that believes those who were given up.
   */
  written(): Promise<void> | undefined {
    return this.ledger === undefined ? undefined : this.writtenAtLast()
  }

  /**
   * All get at least as long, for this coordinator will be away: those that have a lease now, which it resolves with. Rejects
   * when it cannot be written down in that time.
   */
  async extend(leaseMs: number, withinMs: number): Promise<ReadonlySet<AgentUuid>> {
    const extended = new Set(this.granted.keys())
    for (const agentId of extended) this.lengthen(agentId, Math.max(leaseMs, this.longest(agentId)))
    await new Promise<void>((resolve, reject) => {
      this.after(withinMs, () => reject(new Error(`the disk took longer than ${withinMs} ms`)))
      this.writer.write().then(resolve, reject)
    })
    return extended
  }

  close(): void {
    this.closed = true
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

  private async writtenAtLast(): Promise<void> {
    for (;;) {
      try {
        return await this.writer.write()
      } catch (error) {
        this.logger?.warn('It could not be written down which agents were given up: what they had waits', {
          error: messageOf(error)
        })
      }
      await new Promise<void>((resolve) => {
        if (!this.closed) this.after(writeAgainMs, resolve)
      })
    }
  }

  /** Of one agent at a time: all of them try again and again. */
  private warnOfGrants(agentId: AgentUuid, error: string): void {
    const now = this.tickManager.now()
    if (now < this.quietUntil) return
    this.quietUntil = now + writeAgainMs
    this.logger?.warn('It could not be written down that an agent serves: its registration waits', { agentId, error })
  }

  /** What is forgotten too late only makes the next run wait. */
  private writeSometime(): void {
    this.writer.write().catch(() => {})
  }

  private of(agentId: AgentUuid, client: ClientUuid): Granted | undefined {
    return this.granted.get(agentId)?.find((granted) => granted.client === client)
  }

  private replace(agentId: AgentUuid, before: Granted | undefined, after: Granted | undefined): void {
    const others = (this.granted.get(agentId) ?? []).filter((granted) => granted !== before)
    const all = after === undefined ? others : [...others, after]
    if (all.length > 0) this.granted.set(agentId, all)
    else this.granted.delete(agentId)
  }

  private longest(agentId: AgentUuid): number {
    const granted = this.granted.get(agentId) ?? []
    return Math.max(this.longer.get(agentId)?.leaseMs ?? 0, ...granted.map(({ leaseMs }) => leaseMs))
  }

  private content(): LedgerContent {
    const agents = new Set([...this.longer.keys(), ...this.granted.keys()])
    const leases = new Map([...agents].map((agentId) => [agentId, this.longest(agentId)]))
    return { epoch: this.epoch, leases, voided: new Map(this.voided) }
  }
}

/** Clocks go at different speeds: by less than a hundredth. */
function guardMs(leaseMs: number): number {
  return Math.max(defaultTimeoutsMs.leaseGuard, leaseMs / 100)
}
