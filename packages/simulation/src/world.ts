// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ActivationToken, NetworkClient } from '@hcengineering/network-core'
import {
  type History,
  type Id,
  LedgerFile,
  Links,
  ReminderFile,
  SimulatedProcess,
  type Trace,
  type VirtualTime
} from '@hcengineering/network-testing/kernel'
import { AgentProcess } from './agent-process'
import { Calls } from './calls'
import { ClientProcess } from './client-process'
import type { ContainerHost, SimulatedContainer } from './containers'
import { CoordinatorProcess, coordinatorNode } from './coordinator-process'
import { HostileNetwork } from './hostile-network'
import type { EndBehaviour, Plan, StartBehaviour } from './plan'
import { settings } from './settings'
import type { TellerHost } from './teller'

/** What may run on a node. */
export type Program = CoordinatorProcess | AgentProcess | ClientProcess

const unreachableMs = 2_000

/** The machines, and what runs on each. */
export class World implements ContainerHost, TellerHost {
  readonly links: Links
  readonly hostile: HostileNetwork | undefined
  readonly calls: Calls
  readonly living = new Map<Id, SimulatedContainer>()
  /** By node; a node whose program is dead has none. */
  readonly programs = new Map<string, Program>()
  readonly tokens = new Map<string, ActivationToken>()
  readonly cutOff = new Set<string>()
  readonly sick = new Map<string, 'reject' | 'hang'>()
  readonly ledger = new LedgerFile()
  readonly reminders = new ReminderFile()
  healed = false
  private readonly starts = new Map<string, number>()
  private readonly ends = new Map<string, number>()
  private readonly incarnations = new Map<string, number>()
  private instances = 0
  private connections = 0

  constructor(
    readonly plan: Plan,
    readonly time: VirtualTime,
    readonly history: History,
    trace: Trace,
    /** Called with what a process did not catch. */
    private readonly crashed: (process: string, error: unknown) => void
  ) {
    const { seed, latencyMs, hostile, pileMs } = plan
    this.hostile = hostile === undefined ? undefined : new HostileNetwork(hostile, seed, time)
    this.links = new Links({ time, trace, seed, latencyMs, hostile: this.hostile, pileMs })
    this.calls = new Calls(history)
  }

  /** What somebody is told is what was said to it. */
  get isFaithful(): boolean {
    return this.plan.hostile?.ways.includes('flip') !== true
  }

  get nodes(): string[] {
    const { agents, clients } = this.plan
    return [
      coordinatorNode,
      ...agents.map((_, i) => `agent-${i}`),
      ...Array.from({ length: clients }, (_, i) => `client-${i}`)
    ]
  }

  get coordinator(): CoordinatorProcess | undefined {
    return this.programs.get(coordinatorNode) as CoordinatorProcess | undefined
  }

  get agents(): AgentProcess[] {
    return [...this.programs.values()].filter((program) => program instanceof AgentProcess)
  }

  get clients(): ClientProcess[] {
    return [...this.programs.values()].filter((program) => program instanceof ClientProcess)
  }

  /** Starts the program of a node, unless it runs. */
  start(node: string): void {
    if (this.programs.has(node)) return
    const incarnation = (this.incarnations.get(node) ?? 0) + 1
    this.incarnations.set(node, incarnation)
    const name = node === coordinatorNode ? node : `${node}#${incarnation}`
    const process = new SimulatedProcess(name, this.time, this.crashed, this.plan.clocks?.[this.nodes.indexOf(node)])
    this.history.record({ type: 'started', process: name })
    process.deliver(() => this.programs.set(node, this.launch(node, process)))
  }

  /** The newest protocol that the program of a node speaks, which runs now or starts. */
  protocolOf(node: string): 1 | 2 {
    const { protocols } = this.plan
    const start = this.incarnations.get(node) ?? 1
    return protocols[(this.nodes.indexOf(node) + start - 1) % protocols.length]
  }

  /** The program of a node is gone at once. */
  kill(node: string): void {
    const program = this.programs.get(node)
    if (program === undefined) return
    this.programs.delete(node)
    program.process.kill()
    this.links.kill(node)
    for (const [id, { process }] of this.living) if (process === program.process) this.living.delete(id)
    this.history.record({ type: 'died', process: program.process.name })
  }

  /** The program of a node closes in good order, as far as it gets. */
  async stop(node: string): Promise<void> {
    const program = this.programs.get(node)
    if (program === undefined) return
    const { process } = program
    this.history.record({ type: 'closing', process: process.name })
    const options = { what: `close ${node}`, timeoutMs: 15_000 }
    await this.calls.make(process, options, async () => await program.close())
    if (this.programs.get(node) === program) this.kill(node)
  }

  /** The agent there drains, then closes. */
  async drain(node: string): Promise<void> {
    const program = this.programs.get(node)
    if (!(program instanceof AgentProcess)) return
    const { process } = program
    this.history.record({ type: 'draining', process: process.name })
    // Who stands still meanwhile hears of its deadline when it goes on
    const options = { what: `drain ${node}`, timeoutMs: settings.drainMs + 10_000 }
    const drained = await this.calls.make(process, options, async () => await program.drain())
    if (this.programs.get(node) !== program) return
    if (drained !== undefined) this.history.record({ type: 'drained', process: process.name, left: drained.value.left })
    await this.stop(node)
  }

  /** What a fresh connection from one node to another meets. */
  async probe(from: string, to: string, port: number): Promise<'listening' | 'refused' | 'unknown'> {
    const away = this.cutOff.has(from) || this.cutOff.has(to)
    if (away) await this.links.wait(unreachableMs)
    else await this.links.roundTrip()
    if (away) return 'unknown'
    return this.links.listens(to, port) ? 'listening' : 'refused'
  }

  /** The agent that hosts that uuid now: the newest copy counts. */
  ownerOf(uuid: string): string | undefined {
    const copies = [...this.living.values()].filter((container) => container.uuid === uuid)
    const name = copies.at(-1)?.process.name
    return name?.replace(/#.*/, '')
  }

  get terminateMs(): number {
    return this.plan.terminateMs ?? settings.terminateMs
  }

  get tellsChains(): boolean {
    return !this.plan.protocols.includes(1)
  }

  clientOf(process: SimulatedProcess): NetworkClient | undefined {
    return this.agents.find((agent) => agent.process === process)?.client
  }

  nextInstance(): Id {
    return ++this.instances
  }

  nextConnection(): Id {
    return ++this.connections
  }

  nextStart(uuid: string): StartBehaviour {
    if (this.healed) return { type: 'ok' }
    const attempt = this.starts.get(uuid) ?? 0
    this.starts.set(uuid, attempt + 1)
    return this.plan.starts[uuid]?.[attempt] ?? { type: 'ok' }
  }

  nextEnd(uuid: string): EndBehaviour {
    if (this.healed) return { type: 'ok' }
    const attempt = this.ends.get(uuid) ?? 0
    this.ends.set(uuid, attempt + 1)
    return this.plan.ends[uuid]?.[attempt] ?? { type: 'ok' }
  }

  private launch(node: string, process: SimulatedProcess): Program {
    if (node === coordinatorNode) {
      return new CoordinatorProcess(process, this, this.ledger.open(process), this.reminders.open(process))
    }
    const [role, number] = node.split('-')
    if (role === 'client') return new ClientProcess(process, this, node)
    const program = new AgentProcess(node, process, this.plan.agents[Number(number)], this)
    program.start().catch((error: unknown) => this.crashed(process.name, error))
    return program
  }
}
