// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { messageOf, type DrainResult } from '@hcengineering/network-core'
import type { CountingAgentCommands } from '../fixtures/counting-agent'
import type { PacedClientCommands, PacedResult } from '../fixtures/paced-client'
import { Child } from '../harness/child'
import { freePort } from '../harness/ports'
import type { Coordinator } from '../harness/roles'
import { until } from '../harness/waiting'
import type { World } from '../harness/world'
import { monotonicMs } from './fact-file'
import type { Report } from './report'

/** An agent process that tells, when it leaves, what became of its containers. */
class CountingAgent extends Child<CountingAgentCommands, DrainResult> {}
class PacedClient extends Child<PacedClientCommands, never> {}

interface Running {
  agent: CountingAgent
  readonly port: number
}

/** Calls a second that are made unless another number is asked for. */
export const defaultPerSecond = 5_000

const AGENTS = 5
const CLIENTS = 2
/** An odd number, see `PacedStart`; some for each agent. */
const uuids = Array.from({ length: 25 }, (_, i) => `c${i}`)
/** For commands to processes under load, on a busy machine. */
const COMMAND_MS = 60_000
/** So many seconds of load flow before the next process is restarted. */
const BETWEEN_SECONDS = 0.25
/** Of the calls that were to be made, so many must have been made: with less it was not that load. */
const MIN_SHARE = 0.9

/**
 * Every agent is told to end by SIGTERM and started anew, one after the other, then the coordinator ends in good order and is
 * started anew, under so many calls a second, half of them relayed, half direct: none fails, and each is executed once.
 */
export class RollingRestart {
  private readonly violations: string[] = []
  private readonly agents: Running[] = []
  private readonly clients: PacedClient[] = []
  private coordinator?: Coordinator
  private rounds = 0
  private vacuous?: string

  constructor(
    private readonly world: World,
    private readonly perSecond: number
  ) {}

  async all(rounds: number): Promise<Report> {
    let results: PacedResult[] = []
    let counted = 0
    try {
      await this.begin()
      const began = monotonicMs()
      await this.tellAll('begin')
      await this.flow()
      while (this.rounds < rounds) await this.round()
      const seconds = (monotonicMs() - began) / 1_000
      results = await this.tellAll('finish')
      counted = await this.clients[0].call('counted', undefined, COMMAND_MS)
      this.check(results, counted, seconds)
    } catch (error) {
      this.violations.push(`round ${this.rounds}: ${messageOf(error)}`)
    }
    return this.report(results, counted)
  }

  private async begin(): Promise<void> {
    const { world } = this
    await this.startCoordinator()
    for (let i = 1; i <= CLIENTS; i++) this.clients.push(world.child(new PacedClient(`client-${i}`, 'paced-client')))
    const ports = await Promise.all(Array.from({ length: AGENTS }, freePort))
    // All are there before anything is placed
    this.agents.push(...(await Promise.all(ports.map(async (port) => ({ port, agent: await this.startAgent(port) })))))
    const start = { url: world.url, uuids, perSecond: this.perSecond / CLIENTS }
    await Promise.all(this.clients.map(async (client) => await client.call('start', start, COMMAND_MS)))
  }

  private async round(): Promise<void> {
    this.rounds++
    let moved = 0
    for (const running of this.agents) {
      await running.agent.endInOrder(COMMAND_MS)
      const { left, ...drained } = running.agent.events[0]
      moved += drained.moved
      if (left > 0) this.violations.push(`${running.agent.name} left with ${left} containers that had not moved`)
      running.agent = await this.startAgent(running.port)
      await this.flow()
    }
    await this.coordinator?.call('close', undefined, COMMAND_MS)
    await this.coordinator?.leave(COMMAND_MS)
    await this.startCoordinator()
    await this.flow()
    // Each has moved away from the agent where it was
    if (moved < uuids.length) this.vacuous = `round ${this.rounds} moved ${moved} of ${uuids.length} containers`
  }

  private async startCoordinator(): Promise<void> {
    this.coordinator = await this.world.coordinator({ ledger: this.world.ledger })
  }

  private async startAgent(port: number): Promise<CountingAgent> {
    const agent = this.world.child(new CountingAgent(`agent on port ${port}`, 'counting-agent'))
    await agent.call('start', { url: this.world.url, port }, COMMAND_MS)
    return agent
  }

  /** Waits for so many answers as the load should have had by then. */
  private async flow(): Promise<void> {
    const answered = async (): Promise<number> => (await this.tellAll('answered')).reduce((sum, n) => sum + n, 0)
    const enough = (await answered()) + BETWEEN_SECONDS * this.perSecond
    await until(async () => (await answered()) >= enough, `${enough} answers in round ${this.rounds}`)
  }

  private async tellAll<K extends keyof PacedClientCommands & string>(
    name: K
  ): Promise<Awaited<ReturnType<PacedClientCommands[K]>>[]> {
    type Answer = Awaited<ReturnType<PacedClientCommands[K]>>
    return await Promise.all(
      this.clients.map(async (client) => (await client.call(name, undefined as never, COMMAND_MS)) as Answer)
    )
  }

  private check(results: readonly PacedResult[], counted: number, seconds: number): void {
    const sent = sum(results, (result) => result.sent)
    const answered = sum(results, ({ times }) => times.length)
    const executions = sent + sum(results, ({ nested }) => nested)
    for (const { failures } of results) {
      for (const [code, { count, message }] of failures) {
        this.violations.push(`${count} calls failed with ${code}: ${message}`)
      }
    }
    if (answered !== sent) this.violations.push(`of ${sent} calls ${answered} were answered`)
    if (counted !== executions) {
      this.violations.push(`${executions} requests were made, and ${counted} executed and counted`)
    }
    const wanted = this.perSecond * seconds
    if (sent < MIN_SHARE * wanted) this.vacuous = `${sent} calls were made in ${seconds} s instead of ${wanted}`
  }

  private report(results: readonly PacedResult[], executed: number): Report {
    const ends = new Map<string, number>()
    const note = (end: string, times: number): void => {
      ends.set(end, (ends.get(end) ?? 0) + times)
    }
    for (const { times, failures } of results) {
      note('answered', times.length)
      for (const [code, { count }] of failures) note(code, count)
    }
    return {
      fault: 'rolling-restart',
      rounds: this.rounds,
      times: results.flatMap(({ times }) => [...times]),
      executed,
      caught: 0,
      events: 0,
      ends,
      violations: this.violations,
      vacuous: this.vacuous
    }
  }
}

function sum(results: readonly PacedResult[], of: (result: PacedResult) => number): number {
  return results.reduce((total, result) => total + of(result), 0)
}
