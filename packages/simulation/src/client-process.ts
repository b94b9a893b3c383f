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
import type { Id, SimulatedProcess } from '@hcengineering/network-testing/kernel'
import { largeAnswer, type EventData, type RequestData } from './containers'
import { networkClient } from './network-client'
import { serialKind } from './names'
import type { Action } from './plan'
import { settings } from './settings'
import { readStream } from './streams'
import type { TurnData } from './teller'
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

  constructor(
    readonly process: SimulatedProcess,
    private readonly world: World,
    node: string
  ) {
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
        return await this.broadcast(action)
      case 'stream':
        return await this.stream(action)
      case 'remind':
      case 'tick':
        return await this.wind(action)
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
    await this.ask(uuid, { way, behaviour, timeoutMs, idempotent }, async (id) => {
      const data: RequestData = { id, behaviour, ms }
      const options = { timeoutMs, idempotent }
      return (await (way === 'connection'
        ? connection?.request('do', data, options)
        : way === 'reference'
          ? held?.reference.request('do', data, options)
          : this.client.request(uuid, 'do', data, options))) as unknown
    })
  }

  private async ask(
    uuid: string,
    { way, behaviour, timeoutMs, idempotent }: Omit<Pick<'request'>, 'type' | 'pick' | 'ms'>,
    run: (id: Id) => Promise<unknown>
  ): Promise<void> {
    const request = {
      uuid,
      client: this.process.name,
      idempotent,
      slow: (behaviour !== 'echo' && behaviour !== 'large') || isTeller(uuid)
    }
    const what = `request ${behaviour} to ${uuid} by ${way}`
    await this.world.calls.make(this.process, { what, timeoutMs, request }, async (id) => {
      const answer = await run(id)
      const expected = behaviour === 'large' ? largeAnswer(id) : id
      if (answer !== expected) throw new Error(`request ${id} got the answer ${String(answer).slice(0, 100)}`)
      return id
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
      void this.ask(uuid, { ...asked, ...options }, async (id) => {
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

  private async broadcast({ pick, count }: Pick<'broadcast'>): Promise<void> {
    const connection = chosen(this.connections, pick)
    if (connection === undefined) return
    const what = `broadcast by ${connection.containerId}`
    const uuid = connection.containerId
    const request = { uuid, client: this.process.name, idempotent: false, slow: isTeller(uuid) }
    await this.world.calls.make(this.process, { what, timeoutMs: callMs, request }, async (id) => {
      const data: RequestData = { id, behaviour: 'echo', ms: count }
      return (await connection.request('broadcast', data, { timeoutMs: callMs })) as unknown
    })
  }

  /** Has a container set a reminder, or a timer. */
  private async wind({ type, pick, ms }: Pick<'remind' | 'tick'>): Promise<void> {
    const held = chosen(this.held, pick)
    if (held === undefined) return
    const { reference } = held
    const request = { uuid: reference.uuid, client: this.process.name, idempotent: false, slow: true }
    await this.world.calls.make(
      this.process,
      { what: `${type} ${reference.uuid}`, timeoutMs: callMs, request },
      async (id) => {
        const data: RequestData = { id, behaviour: 'echo', ms }
        return (await reference.request(type, data, { timeoutMs: callMs })) as unknown
      }
    )
  }

  private async stream(action: Pick<'stream'>): Promise<void> {
    const { way, pick } = action
    const target = way === 'connection' ? chosen(this.connections, pick) : chosen(this.held, pick)?.reference
    if (target !== undefined) await readStream(this.world, this.process, target, action)
  }

  private async turn({ pick, way, path, ms, readOnly }: Pick<'turn'>): Promise<void> {
    const reference = chosen(
      this.held.filter(({ kind }) => kind === serialKind),
      pick
    )?.reference
    if (reference === undefined) return
    const { uuid } = reference
    const connection = this.connections.find(({ containerId }) => containerId === uuid)
    const target = way === 'connection' ? (connection ?? reference) : reference
    const request = { uuid, client: this.process.name, idempotent: false, slow: true }
    const what = `turn of ${[uuid, ...path].join(', ')}`
    await this.world.calls.make(this.process, { what, timeoutMs: callMs, request }, async (id) => {
      const data: TurnData = { id, root: id, path, visited: [], ms, budgetMs: 0.4 * callMs }
      const answer: unknown = await target.request(readOnly ? 'look' : 'pass', data, { timeoutMs: callMs })
      if (answer !== id) throw new Error(`turn ${id} got the answer ${String(answer)}`)
      return answer
    })
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

/** It takes its turns: one call waits for others. */
function isTeller(uuid: string): boolean {
  return uuid.includes(serialKind)
}

function chosen<T>(items: readonly T[], pick: number): T | undefined {
  return items[Math.floor(pick * items.length)]
}
