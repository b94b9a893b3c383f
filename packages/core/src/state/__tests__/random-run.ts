// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerRecord } from '../../api/container'
import { NetworkEventKind } from '../../api/events'
import { NetworkError } from '../../errors'
import { NetworkState } from '..'
import type { AgentCapacity } from '../../api/placement'
import { PlacementRules, rulesOf } from '../placement-rules'
import type { ContainerRow, GiveUp } from '../rows'
import { Ledger, must } from './ledger'
import { Random } from './random'
import {
  agentId,
  clientId,
  endpointOf,
  kindOf,
  listening,
  record,
  testOptions,
  unixStart,
  uuidOf,
  type EffectOf
} from './test-network'

const agents = ['a1', 'a2', 'a3', 'a4']
const clients = ['c1', 'c2', 'c3', 'c4']
const kinds = ['k1', 'k2', 'k3']
const uuids = ['u1', 'u2', 'u3', 'u4', 'u5', 'u6']
const labels = ['l1', 'l2', 'l3']

const crowdedOptions = {
  placement: new PlacementRules(
    rulesOf({ rebalance: true }),
    new Map([
      ['k1', rulesOf({ policy: 'least-loaded', rebalance: true })],
      ['k2', rulesOf({ attract: ['l1'], repel: ['l2'], rebalance: true })]
    ])
  ),
  rebalancing: { atOnce: 2, perMinute: 300 }
}

/** Drives the state with whatever may happen. */
export class RandomRun {
  /** What was done and what came of it. */
  readonly trace: unknown[] = []
  private readonly random: Random
  private readonly state: NetworkState
  private readonly calls: [weight: number, name: string, command: () => void][]
  private readonly totalWeight: number
  private readonly books = new Ledger()
  private now = 0
  private lastId = 0
  private readonly unwritten: GiveUp[] = []
  /** Agents have a capacity, gets are pinned, labels attract and repel, containers move to agents that join. */
  private readonly crowded: boolean

  constructor(seed: number) {
    this.random = new Random(seed)
    this.crowded = seed % 3 === 0
    const lots = new Random(seed + 1)
    const options = this.crowded ? { ...testOptions, ...crowdedOptions, random: () => lots.next() } : testOptions
    this.state = new NetworkState(options, (effect) => {
      this.trace.push(effect)
      this.books.take(effect)
    })
    this.calls = [
      [24, 'get', () => this.get()],
      [4, 'restore', () => this.restore()],
      [3, 'cancel', () => this.cancel()],
      [12, 'release', () => this.release()],
      [9, 'register', () => this.register()],
      [3, 'unregister', () => this.state.unregister(agentId(this.random.pick(agents)), this.now)],
      [3, 'remove client', () => this.removeClient()],
      [3, 'write down who was given up', () => this.write()],
      [1, 'detach', () => this.state.clientDetached(clientId(this.random.pick(clients)), this.now)],
      [1, 'attach', () => this.state.clientAttached(clientId(this.random.pick(clients)), this.now)],
      [18, 'answer a start', () => this.answerStart()],
      [6, 'answer a termination', () => this.answerTermination()],
      [6, 'updates', () => this.updates()],
      [12, 'pass time', () => this.pass(this.random.pick([1, 40, 300, 1_500, 6_000, 12_000]))],
      [2, 'ping', () => this.state.ping(clientId(this.random.pick([...clients, ...agents])), this.now)],
      [1, 'map', () => this.state.mapAgent(this.client(), agentId(this.random.pick(agents)), this.now)],
      [1, 'unmap', () => this.state.unmapAgent(this.client(), agentId(this.random.pick(agents)), this.now)],
      [2, 'watch', () => this.state.addClient(this.client(), { watch: this.random.chance(0.7) }, this.now)],
      [1, 'recover', () => this.state.beginRecovery(this.now)],
      [1, 'touch', () => this.state.touch(uuidOf(this.random.pick(uuids)), unixStart + this.now)]
    ]
    this.totalWeight = this.calls.reduce((sum, [weight]) => sum + weight, 0)
  }

  /** Does so many commands, then lets everything end. */
  run(commands: number): void {
    for (let i = 0; i < commands; i++) this.step()
    this.settle()
  }

  /** The last so many entries of the trace, for people. */
  story(entries: number): string {
    const text = (entry: unknown): string =>
      typeof entry === 'string'
        ? entry
        : `  ${JSON.stringify(entry, (_, value: unknown) => (value instanceof NetworkError ? value.message : value))}`
    return this.trace.slice(-entries).map(text).join('\n')
  }

  private step(): void {
    let at = this.random.below(this.totalWeight)
    this.books.now = this.now
    const [, name, command] = this.calls.find(([weight]) => (at -= weight) < 0) ?? this.calls[0]
    this.trace.push(`${this.now} ${name}`)
    command()
    this.checkAll()
  }

  /** Every question is answered, every deadline passes: nothing may be left pending. */
  private settle(): void {
    for (let round = 0; round < 400; round++) {
      this.write()
      for (const start of this.books.starts.splice(0)) this.succeed(start)
      for (const { terminationId, agentId: agent, uuid } of this.books.terminations.splice(0)) {
        this.books.believed.delete(`${agent} ${uuid}`)
        this.state.terminated(terminationId, this.now)
      }
      this.checkAll()
      const next = this.state.nextDeadline()
      if (next === undefined && this.books.starts.length + this.books.terminations.length === 0) break
      this.now = Math.max(this.now, next ?? 0)
      this.books.now = this.now
      this.state.advance(this.now)
      this.checkAll()
    }
    const { pendingGets, pendingStarts, pendingTerminations, waitingRegistrations, containers } = this.state.stats()
    const left = {
      pendingGets,
      pendingStarts,
      pendingTerminations,
      waitingRegistrations,
      starting: containers.starting
    }
    const expected = { pendingGets: 0, pendingStarts: 0, pendingTerminations: 0, waitingRegistrations: 0, starting: 0 }
    must(JSON.stringify(left) === JSON.stringify(expected), `nothing pending at the end, but ${JSON.stringify(left)}`)
    must(this.books.pendingGets.size === 0, `gets without an end: ${[...this.books.pendingGets.keys()].join()}`)
    must(this.books.registrations.size === 0, `registrations without an end: ${[...this.books.registrations].join()}`)
    must(this.state.nextDeadline() === undefined, 'no deadline left')
  }

  private client(): ReturnType<typeof clientId> {
    return clientId(this.random.pick(clients))
  }

  private get(): void {
    const { random } = this
    const named = random.chance(0.5)
    const options = {
      ...(named ? { uuid: uuidOf(random.pick(uuids)) } : {}),
      ...(random.chance(0.4) ? { labels: random.some(labels, 0.5) } : {}),
      ...(this.crowded && random.chance(0.15) ? { placement: { agent: agentId(random.pick(agents)) } } : {})
    }
    const deadline = this.now + random.pick([200, 5_000, 30_000])
    const client = this.client()
    const getId = this.newGet(client)
    this.state.get({ getId, client, kind: kindOf(random.pick(kinds)), options, deadline }, this.now)
  }

  private restore(): void {
    const { random } = this
    const client = this.client()
    const getId = this.newGet(client)
    const options = { uuid: uuidOf(random.pick(uuids)) }
    const seen = random.chance(0.7) ? agentId(random.pick(agents)) : undefined
    const request = { getId, client, kind: kindOf(random.pick(kinds)), options, agentId: seen }
    this.state.restore({ ...request, deadline: this.now + 30_000 }, this.now)
  }

  private newGet(client: string): number {
    const getId = ++this.lastId
    this.books.pendingGets.set(getId, client)
    return getId
  }

  private cancel(): void {
    if (this.books.pendingGets.size === 0) return
    this.state.cancelGet(
      this.random.pick([...this.books.pendingGets.keys()]),
      new NetworkError('CANCELLED', 'by the test'),
      this.now
    )
  }

  private release(): void {
    const held = [...this.books.holds.keys()]
    const [client, uuid] =
      held.length > 0 && this.random.chance(0.9)
        ? this.random.pick(held).split(' ')
        : [this.random.pick(clients), this.random.pick(uuids)]
    const count = this.books.holds.get(`${client} ${uuid}`) ?? 0
    if (count > 0) this.books.hold(client, uuid, -1)
    const released = this.state.release(clientId(client), uuidOf(uuid), this.now)
    must(released === count > 0, `the release of ${uuid} by ${client}, who holds it ${count} times`)
  }

  private register(): void {
    const { random } = this
    const id = random.pick(agents)
    const offered = random.some(kinds, 0.6)
    const containers = random.some(uuids, 0.3).map((uuid) => {
      const copy = this.copyOf(uuid, id)
      return copy.token !== undefined && random.chance(0.1) ? { ...copy, ends: true } : copy
    })
    // Mostly its own client, so that agents live a while.
    const owner = random.chance(0.7) ? clients[agents.indexOf(id)] : random.pick([...clients, undefined])
    const registrationId = ++this.lastId
    this.books.registrations.add(registrationId)
    const agent = {
      agentId: agentId(id),
      kinds: offered.map(kindOf),
      containers,
      endpoint: random.chance(0.5) ? listening(1 + random.below(2)) : undefined,
      draining: random.chance(0.25),
      ...(this.crowded ? { capacity: this.capacity(), moves: random.chance(0.9) } : {})
    }
    this.books.records.set(registrationId, agent)
    this.trace.push({ registrationId, owner, agent })
    this.state.register(registrationId, agent, owner === undefined ? undefined : clientId(owner), this.now)
  }

  private capacity(): AgentCapacity | undefined {
    const { random } = this
    if (random.chance(0.2)) return undefined
    const byKind = random.chance(0.5) ? { [random.pick(kinds)]: random.below(3) } : undefined
    return { containers: random.chance(0.8) ? random.below(4) : undefined, byKind }
  }

  /** What an agent may claim, truly or not. */
  private copyOf(uuid: string, agent: string): ContainerRecord {
    const { random } = this
    const real = this.state.lookup(uuidOf(uuid))
    const kind = real !== undefined && random.chance(0.8) ? real.kind : random.pick(kinds)
    const token = random.pick([
      undefined,
      real?.token,
      { ...this.books.lastToken, counter: this.books.lastToken.counter + 1 },
      { epoch: 1, counter: random.below(9) },
      { epoch: this.books.lastToken.epoch + Number(random.chance(0.02)), counter: 1 }
    ])
    const more = {
      ...(random.chance(0.4) ? { stateless: true } : {}),
      ...(token === undefined ? {} : { token }),
      ...(random.chance(0.2) ? { healthy: false } : {}),
      ...(random.chance(0.1) ? { preTermination: { reason: 'by the test', finished: random.chance(0.5) } } : {}),
      ...(random.chance(0.5) ? { labels: random.some(labels, 0.5) } : {})
    }
    return record(uuid, kind, agent, more)
  }

  private removeClient(): void {
    const client = this.random.pick(clients)
    this.books.forgetHolds(client)
    const leaseMs = this.random.pick([0, 0, 200, 3_000])
    const until = this.now + leaseMs
    for (const uuid of uuids) {
      const at = this.state.lookup(uuidOf(uuid))
      const served = at?.agentId !== undefined && this.state.ownerOf(at.agentId) === clientId(client)
      if (served) this.books.leasedUntil.set(uuid, until)
    }
    const givenUp = leaseMs > 0 && this.random.chance(0.5) ? { written: false, rows: [] } : undefined
    this.state.removeClient(clientId(client), this.now, leaseMs, givenUp)
    if (givenUp === undefined) return
    this.unwritten.push(givenUp)
    for (const { uuid } of givenUp.rows as ContainerRow[]) this.books.unwritten.set(uuid, givenUp)
  }

  private write(): void {
    for (const givenUp of this.unwritten.splice(0)) this.state.written(givenUp, this.now)
  }

  private answerStart(): void {
    if (this.books.starts.length === 0) return
    const [asked] = this.books.starts.splice(this.random.below(this.books.starts.length), 1)
    const [start] = asked
    this.trace.push({ answered: start.startId })
    const dice = this.random.next()
    if (dice >= 0.65) this.books.believed.delete(`${start.agentId} ${start.options.uuid}`)
    if (dice < 0.65) this.succeed(asked)
    else if (dice < 0.75) this.succeed(asked, this.random.pick(uuids))
    else if (dice < 0.95) this.state.startFailed(start.startId, new Error('the factory threw'), this.now)
    else if (this.crowded) this.state.startFailed(start.startId, new NetworkError('CAPACITY', 'no room'), this.now)
    else this.state.startFailed(start.startId, new NetworkError('NOT_FOUND', 'no such copy'), this.now)
  }

  private succeed(
    [start, life]: [EffectOf<'start'>, number],
    uuid = start.options.uuid ?? `made-${start.startId}`
  ): void {
    const { startId, agentId: agent } = start
    const at = this.state.lookup(uuidOf(uuid))
    const alwaysServes = at?.agentId === agent && at.state === 'active' && at.stateless
    if (this.books.lifeOf(agent) === life && !alwaysServes) this.books.believed.add(`${agent} ${uuid}`)
    this.state.startSucceeded(startId, uuidOf(uuid), endpointOf(uuid, agent), this.now, unixStart + this.now)
  }

  private answerTermination(): void {
    if (this.books.terminations.length === 0) return
    const [termination] = this.books.terminations.splice(this.random.below(this.books.terminations.length), 1)
    const { terminationId, agentId: agent, uuid, final } = termination
    if (!final && this.random.chance(0.5)) {
      const why = { reason: 'by the test', withinMs: this.random.pick([undefined, 100, 2_000]) }
      this.state.notYet(terminationId, termination, why, this.now, unixStart + this.now)
      return
    }
    this.books.believed.delete(`${agent} ${uuid}`)
    this.state.terminated(terminationId, this.now, this.random.chance(0.5) ? { left: uuid } : undefined)
  }

  private updates(): void {
    const id = this.random.pick(agents)
    const events = this.random.some(uuids, 0.3).map((uuid) => ({
      container: this.copyOf(uuid, id),
      event: this.random.pick([NetworkEventKind.added, NetworkEventKind.updated, NetworkEventKind.removed])
    }))
    this.trace.push({ by: id, events })
    for (const { container, event } of events) {
      if (event === NetworkEventKind.removed) this.books.believed.delete(`${id} ${container.uuid}`)
      else if (this.books.known.has(id)) this.books.believe(id, container)
    }
    this.state.containerUpdates(agentId(id), events, this.now)
  }

  private pass(ms: number): void {
    this.now += ms
    this.books.now = this.now
    this.state.advance(this.now)
  }

  private checkAll(): void {
    this.state.check()
    this.books.compare(this.state)
  }
}
