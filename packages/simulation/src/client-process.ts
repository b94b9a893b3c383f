// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkClientImpl } from '@hcengineering/network-client'
import type {
  ContainerConnection,
  ContainerKind,
  ContainerReference,
  ContainerUuid,
  GetOptions
} from '@hcengineering/network-core'
import type { SimulatedProcess } from '@hcengineering/network-testing/kernel'
import type { EventData, RequestData } from './containers'
import { networkClient } from './network-client'
import { serialKind } from './names'
import type { Action } from './plan'
import { Requests } from './requests'
import { settings } from './settings'
import { readStream } from './streams'
import type { World } from './world'

/** A reference that the workload holds. */
interface Held {
  readonly reference: ContainerReference
  readonly kind: string
}

type Pick<K extends Action['type']> = Extract<Action, { type: K }>

const callMs = settings.callMs
/** Of what a visitor asks. */
const visitMs = 2_000

/** A process that asks for containers, from its start to its end. */
export class ClientProcess {
  readonly client: NetworkClientImpl
  readonly held: Held[] = []
  private readonly connections: ContainerConnection[] = []
  private readonly requests: Requests

  constructor(
    readonly process: SimulatedProcess,
    private readonly world: World,
    node: string
  ) {
    this.requests = new Requests(process, world)
    const { limits } = settings
    const socketOptions = { transport: world.links.transport(node, process), protocol: world.protocolOf(node), limits }
    this.client = networkClient(process, socketOptions)
  }

  /** What it is connected to and holds: such a connection follows its container. */
  get listensTo(): string[] {
    const held = new Set<string>(this.held.map(({ reference }) => reference.uuid))
    return this.connections.map(({ containerId }) => containerId).filter((uuid) => held.has(uuid))
  }

  /** Does one thing of the plan; never rejects. */
  async act(action: Action): Promise<void> {
    switch (action.type) {
      case 'get':
        await this.get(action)
        return
      case 'request':
        return await this.request(action)
      case 'connect':
        await this.connect(chosen(this.held, action.pick))
        return
      case 'disconnect':
        return await this.disconnect(chosen(this.connections, action.pick))
      case 'broadcast':
        return await this.broadcast(chosen(this.connections, action.pick), action.count)
      case 'stream':
        return await this.stream(action)
      case 'remind':
      case 'tick':
        return await this.wind(action.type, chosen(this.held, action.pick), action.ms)
      case 'turn':
        return await this.turn(action)
      case 'release':
        return await this.release(chosen(this.held, action.pick))
      case 'visit':
        return await this.visit(action)
      case 'mismatch':
        return await this.mismatch(action)
      case 'list':
        await this.world.calls.make(
          this.process,
          { what: 'list', timeoutMs: callMs },
          async () => await this.client.list()
        )
    }
  }

  async disconnectAll(): Promise<void> {
    await Promise.all([...this.connections].map(async (connection) => await this.disconnect(connection)))
  }

  async releaseAll(): Promise<void> {
    await Promise.all([...this.held].map(async (held) => await this.release(held)))
  }

  async close(): Promise<void> {
    await this.client.close()
  }

  private async get({ kind, uuid, labels }: Omit<Pick<'get'>, 'type'>): Promise<Held | undefined> {
    const options: GetOptions = {
      ...(uuid === undefined ? {} : { uuid: uuid as ContainerUuid }),
      ...(labels === undefined ? {} : { labels: [...labels] })
    }
    const what = `get ${kind} ${uuid ?? labels?.join('+') ?? 'any'}`
    const got = await this.world.calls.make(
      this.process,
      { what, timeoutMs: callMs },
      async () => await this.client.get(kind as ContainerKind, options)
    )
    if (got === undefined) return undefined
    const reference = got.value
    const held = { reference, kind }
    this.held.push(held)
    const { name } = this.process
    const { agentId, token } = this.client.references.get(reference.uuid)?.location ?? {}
    this.world.history.record({
      type: 'held',
      process: name,
      client: name,
      uuid: reference.uuid,
      call: got.call,
      ...(agentId === undefined ? {} : { agent: agentId }),
      ...(token === undefined ? {} : { token })
    })
    if (!this.world.isFaithful) return held
    if (uuid !== undefined && reference.uuid !== uuid) throw new Error(`asked for ${uuid}, got ${reference.uuid}`)
    if (uuid === undefined) this.checkLabels(reference.uuid, labels ?? [])
    return held
  }

  /** A get by labels has a container that carries them all, wherever its copies are. */
  private checkLabels(uuid: string, labels: readonly string[]): void {
    for (const copy of this.world.living.values()) {
      const lacks = labels.find((label) => !copy.labels.includes(label))
      if (copy.uuid === uuid && lacks !== undefined) throw new Error(`asked for label ${lacks}, got ${uuid} without`)
    }
  }

  /** A uuid names one container in the whole network: under another kind there is none, as long as it is held. */
  private async mismatch({ pick, kind }: Pick<'mismatch'>): Promise<void> {
    const held = chosen(this.held, pick)
    if (held === undefined || held.kind === kind) return
    const { uuid } = held.reference
    const got = await this.world.calls.make(
      this.process,
      { what: `get ${kind} ${uuid}, which is of another kind`, timeoutMs: callMs },
      async () => await this.client.get(kind as ContainerKind, { uuid })
    )
    if (got !== undefined && this.held.includes(held))
      throw new Error(`${uuid} is of kind ${held.kind}, and got as ${kind}`)
  }

  private async request({ pick, way, behaviour, ms, timeoutMs, idempotent }: Pick<'request'>): Promise<void> {
    const held = chosen(this.held, pick)
    const connection = chosen(this.connections, pick)
    const uuid = way === 'connection' ? connection?.containerId : held?.reference.uuid
    if (uuid === undefined) return
    await this.requests.ask(uuid, { way, behaviour, timeoutMs, idempotent }, async (id) => {
      const data: RequestData = { id, behaviour, ms }
      const options = { timeoutMs, idempotent }
      return (await (way === 'connection'
        ? connection?.request('do', data, options)
        : way === 'reference'
          ? held?.reference.request('do', data, options)
          : this.client.request(uuid, 'do', data, options))) as unknown
    })
  }

  private async visit({ kind, uuid, forMs, asks, connects }: Pick<'visit'>): Promise<void> {
    const held = await this.get({ kind, uuid })
    if (held === undefined) return
    const connection = connects ? await this.connect(held) : undefined
    const target = connection ?? held.reference
    const asked = { way: connects ? 'connection' : 'reference', behaviour: 'echo', idempotent: false } as const
    for (let i = 0; i < asks; i++) {
      const options = { timeoutMs: visitMs, idempotent: false }
      void this.requests.ask(uuid, { ...asked, ...options }, async (id) => {
        const data: RequestData = { id, behaviour: 'echo', ms: 1 }
        return (await target.request('do', data, options)) as unknown
      })
      await this.process.ticks.waitTick(forMs / asks / 50)
    }
    await this.disconnect(connection)
    await this.release(held)
  }

  private async connect(held: Held | undefined): Promise<ContainerConnection | undefined> {
    if (held === undefined) return undefined
    const { world } = this
    const id = world.nextConnection()
    const what = `connect to ${held.reference.uuid}`
    const made = await world.calls.make(
      this.process,
      { what, timeoutMs: 2 * callMs },
      async () => await held.reference.connect()
    )
    if (made === undefined) return undefined
    const connection = made.value
    this.connections.push(connection)
    connection.on = async ({ instance, number }: EventData) =>
      world.history.record({ type: 'received', connection: id, instance, number })
    connection.onGap = () => world.history.record({ type: 'gap', connection: id })
    return connection
  }

  private async disconnect(connection: ContainerConnection | undefined): Promise<void> {
    if (connection === undefined || !this.connections.includes(connection)) return
    this.connections.splice(this.connections.indexOf(connection), 1)
    const what = `disconnect from ${connection.containerId}`
    await this.world.calls.make(this.process, { what, timeoutMs: callMs }, async () => await connection.close())
  }

  private async broadcast(connection: ContainerConnection | undefined, count: number): Promise<void> {
    if (connection !== undefined) await this.requests.broadcast(connection, count)
  }

  private async wind(type: 'remind' | 'tick', held: Held | undefined, ms: number): Promise<void> {
    if (held !== undefined) await this.requests.wind(type, held.reference, ms)
  }

  private async stream(action: Pick<'stream'>): Promise<void> {
    const { way, pick } = action
    const target = way === 'connection' ? chosen(this.connections, pick) : chosen(this.held, pick)?.reference
    if (target !== undefined) await readStream(this.world, this.process, target, action)
  }

  private async turn(action: Pick<'turn'>): Promise<void> {
    const tellers = this.held.filter(({ kind }) => kind === serialKind)
    const reference = chosen(tellers, action.pick)?.reference
    if (reference === undefined) return
    const { uuid } = reference
    const connection = this.connections.find(({ containerId }) => containerId === uuid)
    await this.requests.turn(uuid, action.way === 'connection' ? (connection ?? reference) : reference, action)
  }

  private async release(held: Held | undefined): Promise<void> {
    if (held === undefined || !this.held.includes(held)) return
    this.held.splice(this.held.indexOf(held), 1)
    const { uuid } = held.reference
    this.world.history.record({ type: 'released', process: this.process.name, client: this.process.name, uuid })
    const what = `release ${uuid}`
    await this.world.calls.make(this.process, { what, timeoutMs: callMs }, async () => await held.reference.close())
  }
}

function chosen<T>(items: readonly T[], pick: number): T | undefined {
  return items[Math.floor(pick * items.length)]
}
