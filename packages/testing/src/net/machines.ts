// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type NetworkClient } from '@hcengineering/network-core'
import type { History, Id } from '../kernel/history'
import { LedgerFile, ReminderFile } from '../kernel/ledger'
import { Links } from '../kernel/links'
import type { SimulatedProcess } from '../kernel/process'
import type { Trace } from '../kernel/trace'
import type { VirtualTime } from '../kernel/virtual-time'
import { PlacedProcess } from '../time/place'
import { Calls } from './calls'
import { coordinatorName, nodeOf, type AgentName, type NodeName } from './names'
import type { ResolvedOptions, TestNetworkOptions } from './options'
import { AgentProgram, ClientProgram, CoordinatorProgram, type Program } from './programs'
import type { CallerParts } from './test-caller'
import type { LivingContainer, Watch } from './watched-container'

/** A connection attempt to a machine that is cut off ends after this. */
const unreachableMs = 2_000
/** Longest that a program may take to close in good order; then it is killed. */
const closeMs = 20_000

/** What machines are made with. */
export interface MachineParts<S> {
  readonly given: TestNetworkOptions<S>
  readonly options: ResolvedOptions
  readonly state: S
  readonly time: VirtualTime
  readonly history: History
  readonly trace: Trace
  readonly driven: CallerParts['driven']
  /** Called with what a process did not catch. */
  readonly crashed: (process: string, error: unknown) => void
}

/** The machines of a test network, what runs on each, and what is wrong with them. */
export class Machines<S> implements Watch {
  readonly history: History
  readonly links: Links
  readonly calls: Calls
  readonly living = new Map<Id, LivingContainer>()
  readonly agents: readonly AgentName[]
  readonly nodes: readonly NodeName[]
  private readonly programs = new Map<NodeName, Program>()
  /** Which start of a machine is the last. */
  private readonly starts = new Map<NodeName, number>()
  /** By `from>to`, for how many reasons nothing passes. */
  private readonly cuts = new Map<string, number>()
  private readonly ledger = new LedgerFile()
  private readonly reminders = new ReminderFile()
  private instances = 0

  constructor(private readonly parts: MachineParts<S>) {
    const { options, time, trace, history } = parts
    const { seed, latencyMs, agents, clients } = options
    this.history = history
    this.links = new Links({ time, trace, seed, latencyMs, hostile: undefined })
    this.calls = new Calls(history)
    this.agents = Array.from({ length: agents }, (_, i): AgentName => `agent-${i}`)
    this.nodes = [
      coordinatorName,
      ...this.agents,
      ...Array.from({ length: clients }, (_, i): NodeName => `client-${i}`)
    ]
  }

  readonly nextInstance = (): Id => ++this.instances

  /** What runs there; nothing after a kill. */
  program(node: NodeName): Program | undefined {
    return this.programs.get(node)
  }

  /** The process there, or the last one that there was. */
  caller(node: NodeName): { readonly inner: NetworkClient; readonly parts: CallerParts } {
    const program = this.programs.get(node)
    if (program instanceof ClientProgram) return { inner: program.inner, parts: this.callerOf(program.process) }
    throw new Error(`${node} does not run: net.start('${node}') starts it`)
  }

  /** The machine that hosts that uuid; of several copies the newest counts. */
  ownerOf(uuid: string): AgentName | undefined {
    return [...this.living.values()].filter((one) => one.uuid === uuid).at(-1)?.agent
  }

  get time(): VirtualTime {
    return this.parts.time
  }

  /** Starts every machine; resolves when every agent is registered. */
  async startAll(): Promise<void> {
    for (const node of this.nodes) this.start(node)
    await Promise.all(
      [...this.programs.values()].map(async (program) => {
        if (program instanceof AgentProgram) await program.started
      })
    )
  }

  /** Starts the program of a machine, unless it runs. */
  start(node: NodeName): void {
    this.check(node)
    if (this.programs.has(node)) return
    const start = (this.starts.get(node) ?? 0) + 1
    this.starts.set(node, start)
    const name = node === coordinatorName ? node : `${node}#${start}`
    const process = new PlacedProcess(name, this.parts.time, this.parts.crashed)
    this.history.record({ type: 'started', process: name })
    process.deliver(() => this.programs.set(node, this.launch(node, process)))
  }

  /** The program of a machine is gone at once. */
  kill(node: NodeName): void {
    this.check(node)
    const program = this.programs.get(node)
    if (program === undefined) return
    this.programs.delete(node)
    const { process } = program
    process.kill()
    this.links.kill(node)
    for (const [id, { agent }] of this.living) if (agent === node) this.living.delete(id)
    this.history.record({ type: 'died', process: process.name })
    this.calls.died(process)
  }

  /** The program of a machine closes in good order, as far as it gets. */
  async stop(node: NodeName): Promise<void> {
    this.check(node)
    const program = this.programs.get(node)
    if (program === undefined) return
    this.history.record({ type: 'closing', process: program.process.name })
    await this.within(program, async () => await program.close())
    if (this.programs.get(node) === program) this.kill(node)
  }

  /** An agent hands its containers on, and closes. */
  async drain(node: AgentName): Promise<void> {
    this.check(node)
    const program = this.programs.get(node)
    if (!(program instanceof AgentProgram)) return
    await this.within(program, async () => await program.drain())
    if (this.programs.get(node) === program) await this.stop(node)
  }

  pause(node: NodeName): void {
    this.check(node)
    this.programs.get(node)?.process.pause()
  }

  resume(node: NodeName): void {
    this.check(node)
    this.programs.get(node)?.process.resume()
  }

  isPaused(node: NodeName): boolean {
    return this.programs.get(node)?.process.state === 'paused'
  }

  /** Nothing passes between that machine and the others; what is sent waits. The answer ends it. */
  cut(node: NodeName, others: readonly NodeName[]): () => void {
    this.check(node, ...others)
    const cuts = others.filter((other) => other !== node).flatMap((other) => [`${node}>${other}`, `${other}>${node}`])
    for (const cut of cuts) this.block(cut)
    let stands = true
    return () => {
      if (stands) for (const cut of cuts) this.unblock(cut)
      stands = false
    }
  }

  breakConnections(node: NodeName, other?: NodeName): void {
    this.check(node, ...(other === undefined ? [] : [other]))
    this.links.network.breakConnections(node, other)
  }

  /** Ends every fault. */
  heal(): void {
    this.links.latencyMs = this.parts.options.latencyMs
    for (const cut of [...this.cuts.keys()]) {
      this.cuts.set(cut, 1)
      this.unblock(cut)
    }
    for (const node of this.nodes) {
      this.resume(node)
      this.start(node)
    }
  }

  /** Closes all that run in good order: clients, agents, at last the coordinator. */
  async close(): Promise<void> {
    for (const node of [...this.nodes].reverse()) {
      if (this.isPaused(node)) this.kill(node)
      await this.stop(node)
    }
  }

  /** Who is paused, killed or cut off. */
  hindrances(): string[] {
    const cutOff = new Set([...this.cuts.keys()].map((cut) => cut.split('>')[0]))
    return this.nodes.flatMap((node) => {
      if (!this.programs.has(node)) return [`${node} does not run`]
      if (this.isPaused(node)) return [`${node} is paused`]
      return cutOff.has(node) ? [`${node} is cut off`] : []
    })
  }

  /** Whatever still runs is gone: also what goes round in circles. */
  killAll(): void {
    for (const node of this.nodes) this.kill(node)
  }

  private check(...nodes: readonly NodeName[]): void {
    const stranger = nodes.find((node) => !this.nodes.includes(node))
    if (stranger === undefined) return
    throw new NetworkError(
      'INVALID_ARGUMENT',
      `There is no machine '${String(stranger)}' in this network, only ${this.nodes.join(', ')}`
    )
  }

  private block(cut: string): void {
    const [from, to] = cut.split('>')
    this.cuts.set(cut, (this.cuts.get(cut) ?? 0) + 1)
    this.links.network.block(from, to)
  }

  /** Two that are cut off for two reasons stay so until both are gone. */
  private unblock(cut: string): void {
    const reasons = this.cuts.get(cut) ?? 0
    if (reasons > 1) {
      this.cuts.set(cut, reasons - 1)
      return
    }
    const [from, to] = cut.split('>')
    if (this.cuts.delete(cut)) this.links.network.unblock(from, to)
  }

  private launch(node: NodeName, process: SimulatedProcess): Program {
    const { options, given, state, crashed } = this.parts
    const { links } = this
    const parts = { process, links, options }
    if (node === coordinatorName) {
      return new CoordinatorProgram(
        parts,
        { ledger: this.ledger.open(process), reminders: this.reminders.open(process) },
        async (host, port) => await this.probe(host, port)
      )
    }
    if (node.startsWith('client-')) return new ClientProgram(node, parts)
    const caller = this.callerOf(process)
    const agent = new AgentProgram({ ...parts, node: nodeOf(node) as AgentName, given, state, caller, watch: this })
    agent.started.catch((error: unknown) => crashed(process.name, error))
    return agent
  }

  private callerOf(process: SimulatedProcess): CallerParts {
    return { calls: this.calls, process, driven: this.parts.driven }
  }

  /** What a fresh connection from the coordinator meets. */
  private async probe(host: string, port: number): Promise<'listening' | 'refused' | 'unknown'> {
    if (this.cuts.has(`${coordinatorName}>${host}`)) {
      await this.links.wait(unreachableMs)
      return 'unknown'
    }
    await this.links.roundTrip()
    return this.links.listens(host, port) ? 'listening' : 'refused'
  }

  /** Resolves when that is done, has failed, or has taken too long. */
  private async within({ process }: Program, run: () => Promise<unknown>): Promise<void> {
    await new Promise<void>((resolve) => {
      this.parts.time.after(closeMs, resolve)
      process.deliver(() => {
        run().then(
          () => resolve(),
          () => resolve()
        )
      })
    })
  }
}
