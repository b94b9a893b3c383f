// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Container, NetworkClient } from '@hcengineering/network-core'
import type { Engine } from './engine'
import type { Machines } from './net/machines'
import { coordinatorName, type AgentName, type ClientName, type NodeName } from './net/names'
import { readLatency, within, type ResolvedOptions } from './net/options'
import { TestClient } from './net/test-client'
import type { LivingContainer } from './net/watched-container'

/** Longest piece of time that a test lets pass at once: a year. */
const maxAdvanceMs = 366 * 86_400_000

/** What a {@link TestNetwork} is the face of. */
export interface NetworkParts<S> {
  readonly engine: Engine
  readonly machines: Machines<S>
  readonly options: ResolvedOptions
  readonly state: S
  /** Called once, at the end of everything. */
  readonly onClosed: () => void
}

/**
 * A whole network in this process: the real coordinator, agents and clients over a network of memory, in virtual time, with
 * your containers in it. Time passes only while the test waits for one of its promises.
 */
export class TestNetwork<S = undefined> implements AsyncDisposable {
  /** The clients; `client` is the first. */
  readonly clients: readonly NetworkClient[]
  private closing: Promise<void> | undefined

  /** Use `testNetwork`. */
  constructor(private readonly parts: NetworkParts<S>) {
    this.clients = Array.from({ length: parts.options.clients }, (_, i): NetworkClient => {
      const node: ClientName = `client-${i}`
      return new TestClient(() => this.machines.caller(node))
    })
  }

  /** Replays it, see the option `seed`. */
  get seed(): number {
    return this.parts.options.seed
  }

  /** What outlives every process; see the option `state`. */
  get state(): S {
    return this.parts.state
  }

  /** The first client. */
  get client(): NetworkClient {
    return this.clients[0]
  }

  /** Those that there are, killed ones too. */
  get agents(): readonly AgentName[] {
    return this.parts.machines.agents
  }

  /** Virtual milliseconds since the start. */
  get now(): number {
    return this.parts.engine.time.now
  }

  /** Copies of containers that exist now, oldest first. */
  get containers(): readonly LivingContainer[] {
    return [...this.parts.machines.living.values()]
  }

  /** Two networks that did the same have the same. */
  get fingerprint(): string {
    return this.parts.engine.trace.hash
  }

  /** The agent that hosts that uuid, if one does; of several copies the newest counts. */
  ownerOf(uuid: string): AgentName | undefined {
    return this.parts.machines.ownerOf(uuid)
  }

  /** What your factory made for that uuid, to be looked into; of several copies the newest. */
  container(uuid: string): Container | undefined {
    return this.containers.filter((one) => one.uuid === uuid).at(-1)?.container
  }

  /** Lets that much virtual time pass, in milliseconds. */
  async advance(ms: number): Promise<void> {
    within('the time to advance', ms, 0, maxAdvanceMs)
    const { time } = this.machines
    await this.driven(`let ${ms} ms pass`, new Promise<void>((resolve) => time.after(ms, resolve)), ms)
  }

  /** Lets time pass until no message is on its way and every call is answered. Timers of your containers are not waited for. */
  async settle(): Promise<void> {
    const { links, calls } = this.machines
    const isQuiet = (): boolean => links.underWay === 0 && calls.size === 0
    await this.driven('settle', this.parts.engine.driver.condition(isQuiet))
  }

  /** Calls `check` after every step of virtual time; what it throws fails the test. The answer ends it. */
  always(check: () => void): () => void {
    return this.parts.engine.always(check)
  }

  /** The process there is gone at once, with all it knew; its calls fail with `CLOSED`. */
  kill(node: NodeName): void {
    this.machines.kill(node)
    this.note(`fault: kill ${node}`)
  }

  /** Starts it again, empty, after a kill or stop. */
  start(node: NodeName): void {
    this.machines.start(node)
  }

  /** Closes it in good order: an agent's containers end, and start elsewhere where somebody holds them. */
  async stop(node: NodeName): Promise<void> {
    this.note(`fault: stop ${node}`)
    await this.driven(`stop ${node}`, this.machines.stop(node))
  }

  /** An agent hands its containers on with their state, and closes. */
  async drain(agent: AgentName): Promise<void> {
    this.note(`fault: drain ${agent}`)
    await this.driven(`drain ${agent}`, this.machines.drain(agent))
  }

  /** Kills the coordinator, and starts it again after `downMs`, with what it had written to its ledger. */
  async restartCoordinator(downMs: number = 0): Promise<void> {
    this.kill(coordinatorName)
    await this.advance(downMs)
    this.start(coordinatorName)
  }

  /** Nothing happens in that process until `resume`, as at a breakpoint; what comes in waits. */
  pause(node: NodeName): void {
    this.machines.pause(node)
    this.note(`fault: pause ${node}`)
  }

  /** Ends a `pause`. */
  resume(node: NodeName): void {
    this.machines.resume(node)
    this.note(`resume ${node}`)
  }

  /** Cuts a machine off from others, from all by default: nothing passes, connections stand. The answer ends it, and so does `heal`. */
  partition(node: NodeName, from?: NodeName | readonly NodeName[]): () => void {
    const mend = this.machines.cut(node, typeof from === 'string' ? [from] : (from ?? this.machines.nodes))
    this.note(`fault: cut ${node} off from ${from === undefined ? 'all' : String(from)}`)
    return () => {
      this.note(`${node} is no longer cut off from ${from === undefined ? 'all' : String(from)}`)
      mend()
    }
  }

  /** Resets the connections of a machine, or those between two: what is under way is lost, and they connect again. */
  breakConnections(node: NodeName, other?: NodeName): void {
    this.machines.breakConnections(node, other)
    this.note(`fault: break the connections of ${node}${other === undefined ? '' : ` to ${other}`}`)
  }

  /** Messages need that long, in milliseconds; `most` is `least` where it is not given. The answer ends it, and so does `heal`. */
  delay(least: number, most: number = least): () => void {
    const { links } = this.machines
    links.latencyMs = readLatency([least, most])
    this.note(`fault: messages need ${least} to ${most} ms`)
    return () => {
      links.latencyMs = this.parts.options.latencyMs
    }
  }

  /** Ends every fault: what is paused goes on, who does not run starts, cuts are mended, messages need as long as at first. */
  heal(): void {
    this.note('heal')
    this.machines.heal()
  }

  /** Closes everything in good order and gives time back. Rejects when a rule was broken and nobody has been told. */
  async close(): Promise<void> {
    this.closing ??= this.end()
    await this.closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  private get machines(): Machines<S> {
    if (this.closing === undefined) return this.parts.machines
    throw new Error('The test network is closed')
  }

  private note(text: string): void {
    this.parts.engine.note(text)
  }

  private async driven<T>(what: string, promise: Promise<T>, extraMs?: number): Promise<T> {
    return await this.parts.engine.driven(what, promise, extraMs)
  }

  private async end(): Promise<void> {
    const { engine, machines, onClosed } = this.parts
    engine.end()
    try {
      await engine.driver.until('the end of the network', machines.close())
      engine.history.record({ type: 'closed', pendingSteps: 0 })
    } finally {
      machines.killAll()
      onClosed()
    }
  }
}
