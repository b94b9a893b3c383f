// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentCommands, AgentStart } from '../fixtures/agent'
import type { Call, ClientCommands, ClientEvent, Target } from '../fixtures/client'
import type { CoordinatorCommands } from '../fixtures/coordinator'
import type { SampleData } from '../fixtures/sample-container'
import type { SerialData } from '../fixtures/serial-container'
import type { GetOptions, RequestOptions } from '@hcengineering/network-core'
import { Child } from './child'
import type { JournalEntry } from './journal'
import type { Outcome } from './messages'

/** A coordinator in a process of its own. */
export class Coordinator extends Child<CoordinatorCommands, never> {}

/** An agent in a process of its own; tells what its containers live through. */
export class Agent extends Child<AgentCommands, JournalEntry> {
  constructor(readonly options: AgentStart) {
    super(options.agentId, 'agent')
  }

  /** Resolves when entries like this one have been told that often. */
  async has(entry: Partial<JournalEntry>, times = 1): Promise<void> {
    const fields = Object.entries(entry) as [keyof JournalEntry, unknown][]
    const matches = (told: JournalEntry): boolean => fields.every(([field, value]) => told[field] === value)
    await this.told((events) => events.filter(matches).length >= times, `${times} times ${JSON.stringify(entry)}`)
  }
}

/** A connection of a client. */
export class Connection {
  constructor(
    private readonly client: Client,
    readonly number: number
  ) {}

  get target(): Target {
    return { connection: this.number }
  }

  async request(operation: string, data?: SampleData | SerialData, options?: RequestOptions): Promise<unknown> {
    return await this.client.call('request', { target: this.target, operation, data, options })
  }

  async close(): Promise<void> {
    await this.client.call('closeConnection', { connection: this.number })
  }

  /** Numbers of the events that arrived, in order. */
  numbers(): number[] {
    const events = this.client.events.filter((told) => told.what === 'event' && told.connection === this.number)
    return events.flatMap((told) => {
      const number = (told as { event: { number?: number } }).event.number
      return number === undefined ? [] : [number]
    })
  }

  /** Resolves when the event of that number has arrived. */
  async received(number: number): Promise<void> {
    await this.client.told(() => this.numbers().includes(number), `event ${number}`)
  }

  /** Resolves with the first gap that was told. */
  async gap(): Promise<{ lost: number | 'unknown'; reason: string }> {
    return await this.client
      .told((events) => events.find((told) => told.what === 'gap' && told.connection === this.number), 'a gap')
      .then((told) => (told as { gap: { lost: number | 'unknown'; reason: string } }).gap)
  }
}

/** What a test holds of a container: what a user would, one process further away. */
export class Reference {
  constructor(
    private readonly client: Client,
    readonly number: number,
    readonly uuid: string,
    readonly endpoint: string
  ) {}

  get target(): Target {
    return { reference: this.number }
  }

  async request(operation: string, data?: SampleData | SerialData, options?: RequestOptions): Promise<unknown> {
    return await this.client.call('request', { target: this.target, operation, data, options })
  }

  async connect({ listen = true } = {}): Promise<Connection> {
    return new Connection(this.client, await this.client.call('openConnection', { reference: this.number, listen }))
  }

  async close(): Promise<void> {
    await this.client.call('closeReferences', { numbers: [this.number] })
  }

  /** Resolves with the endpoint of the last update that was told. */
  async endpointUpdate(): Promise<string> {
    return await this.client.told((events) => {
      const updates = events.filter((event) => event.what === 'endpoint' && event.reference === this.number)
      return (updates.at(-1) as { endpoint: string } | undefined)?.endpoint
    }, 'an endpoint update')
  }
}

/** A client in a process of its own. */
export class Client extends Child<ClientCommands, ClientEvent> {
  async get(
    kind: string,
    options: { uuid?: string; labels?: string[]; placement?: { agent?: string } } = {},
    timeoutMs?: number
  ): Promise<Reference> {
    const got = await this.call('get', { kind, options: options as GetOptions, timeoutMs })
    return new Reference(this, got.reference, got.uuid, got.endpoint)
  }

  /** Sends all at once and resolves when all have ended, each with how. */
  async requestMany(calls: Call[], withinMs?: number): Promise<Outcome[]> {
    return await this.call('requestMany', { calls }, withinMs)
  }
}
