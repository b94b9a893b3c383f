// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types, as in the interface that this implements */
import type {
  AgentRecordInfo,
  ClientUuid,
  ContainerKind,
  ContainerRecord,
  ContainerReference,
  ContainerUuid,
  GetCallOptions,
  GetOptions,
  NetworkAgent,
  NetworkClient,
  NetworkUpdateListener,
  RequestOptions
} from '@hcengineering/network-core'
import { callMs, watchedRequest, type CallerParts } from './test-caller'
import { TestReference } from './test-reference'

/** How long a client that closes may take. */
const closeMs = 60_000

/** A client in the hands of a test or of a container: the real one, which lets time pass and is watched. */
export class TestClient implements NetworkClient {
  /** @param current the client and its process, which a node that starts again has others of */
  constructor(private readonly current: () => { readonly inner: NetworkClient; readonly parts: CallerParts }) {}

  get clientId(): ClientUuid | undefined {
    return this.current().inner.clientId
  }

  async register(agent: NetworkAgent): Promise<void> {
    await this.call('register', 0, async (inner) => await inner.register(agent))
  }

  async agents(): Promise<AgentRecordInfo[]> {
    return await this.call('agents', callMs, async (inner) => await inner.agents())
  }

  async kinds(): Promise<ContainerKind[]> {
    return await this.call('kinds', callMs, async (inner) => await inner.kinds())
  }

  async list(kind?: ContainerKind): Promise<ContainerRecord[]> {
    return await this.call('list', callMs, async (inner) => await inner.list(kind))
  }

  async get(kind: ContainerKind, options: GetOptions, call: GetCallOptions = {}): Promise<ContainerReference> {
    const { parts } = this.current()
    const what = `get ${kind} ${options.uuid ?? options.labels?.join('+') ?? 'any'}`
    const reference = await this.call(
      what,
      call.timeoutMs ?? callMs,
      async (inner) => await inner.get(kind, options, call)
    )
    return new TestReference(reference, parts)
  }

  async request(uuid: ContainerUuid, operation: string, data?: any, options: RequestOptions = {}): Promise<any> {
    const { inner, parts } = this.current()
    const send = (carried: unknown): Promise<unknown> => inner.request(uuid, operation, carried, options)
    return await watchedRequest(parts, uuid, { operation, data, options }, send)
  }

  onUpdate(listener: NetworkUpdateListener): () => void {
    return this.current().inner.onUpdate(listener)
  }

  async waitConnection(timeoutMs: number = 0): Promise<void> {
    await this.call('wait for the connection', timeoutMs, async (inner) => await inner.waitConnection(timeoutMs))
  }

  async close(): Promise<void> {
    await this.call('close the client', closeMs, async (inner) => await inner.close())
  }

  private async call<T>(what: string, timeoutMs: number, run: (inner: NetworkClient) => Promise<T>): Promise<T> {
    const { inner, parts } = this.current()
    const { calls, process, driven } = parts
    return await driven(
      what,
      calls.make(process, { what, timeoutMs }, async () => await run(inner))
    )
  }
}
