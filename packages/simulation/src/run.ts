// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { History, Trace, type VirtualTime } from '@hcengineering/network-testing/kernel'
import { checkersFor } from './checkers'
import { healsWithinMs } from './checkers/healing'
import { Faults } from './faults'
import { deafConnections, leftovers, quietView, tablesProblem } from './observe'
import type { Plan } from './plan'
import type { RunOptions, RunResult } from './run-seed'
import { settings } from './settings'
import { proveUsable } from './usable'
import { World } from './world'

/** How often the coordinator's tables are checked. */
const tablesEveryMs = 500
/** Calls of the workload settle within their deadline; the checker gives them 2 s more. */
const settleMs = settings.callMs + 3_000
const unusedMs = settings.unusedContainerSeconds * 1000 + settings.terminateMs + 3_000
const closeMs = 20_000
/** More than ten times as many as the busiest run takes: beyond, something goes round in circles. */
const maxSteps = 100_000

/** One run of a plan, from the start of the first process to the end of the last. */
export class Run {
  private readonly trace: Trace
  private readonly history: History
  private readonly world: World
  private readonly faults: Faults

  constructor(
    private readonly plan: Plan,
    private readonly time: VirtualTime,
    options: RunOptions
  ) {
    this.trace = new Trace(() => time.now, options.traceLines ?? 0)
    this.history = new History(
      () => time.now,
      options.checkers ?? checkersFor(plan),
      (what) => this.trace.add('-', what)
    )
    this.world = new World(plan, time, this.history, this.trace, (process, error) => this.crashed(process, error))
    this.faults = new Faults(this.world)
    options.sabotage?.(this.world)
  }

  /** Something threw where nobody catches. */
  crashed(process: string, error: unknown): void {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.history.violations.push({ checker: 'no crash', at: this.time.now, message: `${process}: ${message}` })
  }

  async play(): Promise<void> {
    const { world, history, plan } = this
    this.schedule()
    await this.until(plan.healAt)
    world.healed = true
    this.faults.heal()
    history.record({ type: 'healed' })
    if (world.hostile !== undefined) {
      world.hostile.stop()
      await this.for(settleMs)
      return await this.close()
    }
    this.eachClient(async (client) => await proveUsable(client, world))
    await this.for(healsWithinMs + 1_000)
    if (this.failed) return
    history.record({ type: 'listening', deaf: await deafConnections(world) })
    this.eachClient(async (client) => await client.disconnectAll())
    await this.for(settleMs)
    if (this.failed) return
    history.record({ type: 'quiet', view: await quietView(world) })
    this.eachClient(async (client) => await client.releaseAll())
    await this.for(unusedMs)
    if (this.failed) return
    history.record({ type: 'abandoned', ...leftovers(world) })
    await this.close()
  }

  private async close(): Promise<void> {
    const { world, history, time } = this
    for (const node of [...world.nodes].reverse()) {
      void world.stop(node)
      await this.for(1_000)
    }
    await this.for(closeMs)
    if (!this.failed) history.record({ type: 'closed', pendingSteps: time.pending })
  }

  result(): RunResult {
    const { history, trace, time, plan, faults } = this
    const vacuous = this.vacuity()
    return {
      seed: plan.seed,
      violations: history.violations,
      hash: trace.hash,
      tail: trace.tail(),
      steps: time.count,
      virtualMs: time.now,
      executed: history.count('executed'),
      faults: faults.applied,
      ...(vacuous === undefined ? {} : { vacuous })
    }
  }

  private get failed(): boolean {
    return this.history.violations.length > 0
  }

  private schedule(): void {
    const { world, time, plan } = this
    world.nodes.forEach((node, index) => {
      time.after(plan.boots[index], () => world.start(node))
    })
    for (const { at, client, action } of plan.operations) {
      time.after(at, () => this.act(`client-${client}`, async (program) => await program.act(action)))
    }
    for (const fault of plan.faults) {
      time.after(fault.at, () => {
        this.trace.add('fault', JSON.stringify(fault))
        this.faults.apply(fault)
      })
    }
    const look = (): void => {
      const problem = tablesProblem(world)
      if (problem !== undefined) this.history.violations.push({ checker: 'agreement', at: time.now, message: problem })
      if (time.now < plan.healAt + healsWithinMs) time.after(tablesEveryMs, look)
    }
    look()
  }

  private vacuity(): string | undefined {
    if (this.failed) return undefined
    const { hostile } = this.world
    // A hostile network may leave nothing of a short workload
    const wanted = hostile === undefined ? (['created', 'answered', 'held', 'usable'] as const) : []
    const nothing = wanted.find((type) => this.history.count(type) === 0)
    if (nothing !== undefined) return `nothing was ${nothing}`
    const planned = this.plan.faults.length > 0 || hostile !== undefined
    if (planned && this.faults.applied + (hostile?.count ?? 0) === 0) return 'no fault of the plan hit anybody'
    return undefined
  }

  private eachClient(act: (client: World['clients'][number]) => Promise<void>): void {
    for (const node of this.world.nodes) this.act(node, act)
  }

  private act(node: string, act: (client: World['clients'][number]) => Promise<void>): void {
    const client = this.world.clients.find((one) => one === this.world.programs.get(node))
    client?.process.deliver(() => {
      act(client).catch((error: unknown) => this.crashed(client.process.name, error))
    })
  }

  private async for(delayMs: number): Promise<void> {
    await this.until(this.time.now + delayMs)
  }

  private async until(time: number): Promise<void> {
    await this.time.runUntil(time, () => !this.failed && this.time.count < maxSteps)
    if (this.failed || this.time.count < maxSteps) return
    this.history.violations.push({
      checker: 'time passes',
      at: this.time.now,
      message: `${maxSteps} steps, and no end`
    })
  }
}
