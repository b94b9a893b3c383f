// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types, as in the interfaces that these implement */
import {
  createProxy,
  type CastOptions,
  type ContainerConnection,
  type ContainerReference,
  type RequestOptions,
  type StreamOptions
} from '@hcengineering/network-core'
import type { Calls } from './calls'
import { wrapped } from './envelope'
import type { SimulatedProcess } from '../kernel/process'

/** Default deadline of a get and of a request. */
export const callMs = 30_000

/** What a test's side of the network is made with. */
export interface CallerParts {
  readonly calls: Calls
  /** The process that calls. */
  readonly process: SimulatedProcess
  /** Lets time pass until that settles, where it is the test that waits. */
  driven<T>(what: string, promise: Promise<T>): Promise<T>
}

/** A reference or connection in the hands of a test: the real one, which lets time pass and is watched. */
export abstract class TestCaller {
  constructor(
    private readonly inner: ContainerReference | ContainerConnection,
    private readonly target: string,
    protected readonly parts: CallerParts
  ) {}

  request(operation: string, data?: any, options: RequestOptions = {}): Promise<any> {
    const send = (carried: unknown): Promise<unknown> => this.inner.request(operation, carried, options)
    return watchedRequest(this.parts, this.target, { operation, data, options }, send)
  }

  async send(operation: string, data?: any): Promise<void> {
    await this.call(`send ${operation} to ${this.target}`, async () => await this.inner.send?.(operation, data))
  }

  stream(operation: string, data?: any, options?: StreamOptions): AsyncIterableIterator<any> {
    const { inner, parts, target } = this
    const items = inner.stream?.(operation, data, options) as AsyncIterableIterator<unknown>
    const step = async (run: () => Promise<IteratorResult<unknown>> | undefined): Promise<IteratorResult<unknown>> => {
      const what = `stream ${operation} of ${target}`
      const ran = parts.calls.make(parts.process, { what, timeoutMs: 0 }, async () => await run())
      return (await parts.driven(what, ran)) ?? { done: true, value: undefined }
    }
    return {
      next: async () => await step(() => items.next()),
      return: async (value) => await step(() => items.return?.(value)),
      throw: async (error) => await step(() => items.throw?.(error)),
      [Symbol.asyncIterator]() {
        return this
      }
    }
  }

  cast<T>(interfaceName?: string, options?: CastOptions<T>): T {
    return createProxy<T>(this, interfaceName, options)
  }

  async close(): Promise<void> {
    await this.call(`close what is held of ${this.target}`, async () => await this.inner.close())
  }

  protected async call<T>(what: string, run: () => Promise<T>): Promise<T> {
    const { calls, process } = this.parts
    return await this.parts.driven(what, calls.make(process, { what, timeoutMs: 2 * callMs }, run))
  }
}

/** A request whose execution the history can follow. */
export async function watchedRequest(
  { calls, process, driven }: CallerParts,
  uuid: string,
  { operation, data, options }: { operation: string; data: unknown; options: RequestOptions },
  send: (carried: unknown) => Promise<unknown>
): Promise<unknown> {
  const what = `request ${operation} to ${uuid}`
  const { timeoutMs = callMs, idempotent = false } = options
  const request = { uuid, client: process.name, idempotent }
  return await driven(
    what,
    calls.make(process, { what, timeoutMs, request }, async (id) => await send(wrapped(id, data)))
  )
}
