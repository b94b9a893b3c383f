// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { messageOf } from '@hcengineering/network-core'
import { healsWithinMs } from '@hcengineering/network-simulation'
import { until } from '../harness/waiting'
import type { World } from '../harness/world'
import { monotonicMs } from './fact-file'
import type { Fault } from './fault'
import { FaultNetwork } from './fault-network'
import type { InjectedFault } from './index'
import type { Place, Recovery, Wanted } from './lap'
import type { RecordedHistory } from './recorded-history'
import type { Report } from './report'

/** Answers that a round must have had, else it proves nothing. */
const MIN_ANSWERED = 200
/** For the command that waits for recovery, beyond what it waits for. */
const COMMAND_MS = 20_000

/** The rounds of one fault, one after the other, until something is wrong. */
export class FaultRun {
  readonly violations: string[] = []
  private readonly times: number[] = []
  private rounds = 0
  private vacuous?: string

  constructor(
    private readonly name: InjectedFault,
    private readonly fault: Fault,
    private readonly history: RecordedHistory,
    private readonly pauseMs: number
  ) {}

  async all(world: World, rounds: number): Promise<void> {
    try {
      const network = await FaultNetwork.start(world, this.history, this.fault.settings, this.pauseMs)
      await recovered(network, { since: monotonicMs() })
      while (this.rounds < rounds && this.violations.length + this.history.violations.length === 0) {
        await this.round(network)
      }
      await Promise.all(network.clients.map(async (client) => await client.call('finish', undefined)))
      this.history.record({ type: 'closed', pendingSteps: 0 })
    } catch (error) {
      this.violations.push(`round ${this.rounds}: ${messageOf(error)}`)
    }
  }

  report(): Report {
    const { history } = this
    const broken = history.violations.map(({ checker, at, message }) => `[${checker}] at ${at.toFixed(3)}: ${message}`)
    return {
      fault: this.name,
      rounds: this.rounds,
      times: this.times,
      executed: history.executed,
      caught: history.caught,
      events: history.events,
      ends: history.ends,
      violations: [...this.violations, ...broken],
      vacuous: this.vacuous
    }
  }

  private async round(network: FaultNetwork): Promise<void> {
    const { history, fault } = this
    const before = history.answered
    await Promise.all(network.clients.map(async (client) => await client.call('begin', undefined)))
    const { since, notFrom, affects, mend } = await fault.inject(network, this.rounds++)
    const measuring = recovered(network, { since, notFrom })
    await Promise.all([measuring, mend?.(measuring)])
    const affected = (await measuring).found.filter(affects)
    this.times.push(...affected.map(({ at }) => at - since))
    await network.whole()
    await this.heal(network)
    if (affected.length === 0) this.vacuous = `round ${this.rounds} affected nobody`
    // What recovers at once has hardly begun: the load goes on until it says something
    const enough = (): boolean => {
      history.catchUp()
      return history.answered - before >= MIN_ANSWERED
    }
    await until(enough, `${MIN_ANSWERED} answers in round ${this.rounds}`).catch((error: unknown) => {
      this.vacuous = messageOf(error)
    })
  }

  /** Every reference is usable again in time. */
  private async heal(network: FaultNetwork): Promise<void> {
    const { history } = this
    history.record({ type: 'healed' })
    const since = monotonicMs()
    const { found, missing } = await recovered(network, { since })
    for (const { client, uuid, at } of found) {
      history.record({ type: 'usable', process: client, uuid, afterMs: at - since })
    }
    for (const { client, uuid, way } of missing) {
      history.record({
        type: 'unusable',
        process: client,
        uuid,
        afterMs: healsWithinMs,
        cause: `no good answer ${way}`
      })
    }
  }
}

async function recovered(network: FaultNetwork, wanted: Wanted): Promise<{ found: Recovery[]; missing: Place[] }> {
  const question = { ...wanted, withinMs: healsWithinMs }
  const answers = await Promise.all(
    network.clients.map(async (client) => await client.call('recovered', question, healsWithinMs + COMMAND_MS))
  )
  return { found: answers.flatMap(({ found }) => found), missing: answers.flatMap(({ missing }) => missing) }
}
