// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerConnection, ContainerKind, ContainerReference, ContainerUuid } from '@hcengineering/network-core'
import { serveCommands } from '../harness/serve-commands'
import { pause } from '../harness/waiting'
import { percentilesOf, type Percentiles } from '../model/percentile'
import { connectTo, type CoordinatorAddress } from '../systems/connect'

/** The two ways of a call: on a reference, and on a connection. */
export type CountingWay = 'relayed' | 'direct'

/** What the calls of one way met. */
export interface CountingCalls extends Percentiles {
  readonly slowestMs: number
}

/** What a load of counting calls met. */
export interface CountingResult {
  readonly ways: Readonly<Record<CountingWay, CountingCalls>>
  readonly answered: number
  readonly failed: number
  /** Answers that were not one more than the one before: a call was executed twice, or the count was lost. */
  readonly wrong: number
  /** The first failure, for people. */
  readonly failure?: string
}

/** A container, by one way of calling it. */
interface Counter {
  readonly way: CountingWay
  readonly handler: ContainerReference | ContainerConnection
  /** The last answer. */
  count: number
}

class CountingLoad {
  private readonly samples: Readonly<Record<CountingWay, number[]>> = { relayed: [], direct: [] }
  private readonly asking: Promise<void[]>
  private answered = 0
  private failed = 0
  private wrong = 0
  private failure?: string
  private over = false

  constructor(
    counters: readonly Counter[],
    private readonly everyMs: number
  ) {
    this.asking = Promise.all(
      counters.map(async (counter, i) => await this.keepAsking(counter, (i * everyMs) / counters.length))
    )
  }

  /** Asks no more, and resolves when all is answered. */
  async end(): Promise<CountingResult> {
    this.over = true
    await this.asking
    const { answered, failed, wrong, failure } = this
    const calls = (way: CountingWay): CountingCalls => {
      const samples = this.samples[way]
      return { ...percentilesOf(samples), slowestMs: samples.reduce((most, ms) => Math.max(most, ms), 0) }
    }
    return { ways: { relayed: calls('relayed'), direct: calls('direct') }, answered, failed, wrong, failure }
  }

  /** One call after the other, at its pace or as fast as it is answered, at least one. */
  private async keepAsking(counter: Counter, firstAfterMs: number): Promise<void> {
    await pause(firstAfterMs)
    do {
      const begun = performance.now()
      await this.ask(counter)
      await pause(Math.max(0, begun + this.everyMs - performance.now()))
    } while (!this.over)
  }

  private async ask(counter: Counter): Promise<void> {
    const begun = performance.now()
    try {
      const count = (await counter.handler.request('count')) as number
      this.samples[counter.way].push(performance.now() - begun)
      this.answered++
      if (count !== counter.count + 1) this.wrong++
      counter.count = count
    } catch (error) {
      this.failed++
      this.failure ??= String(error)
    }
  }
}

const counters: Counter[] = []
let load: CountingLoad | undefined

const commands = {
  /** Gets so many containers: half are called on their reference, half on a connection. */
  start: async ({ containers, ...address }: CoordinatorAddress & { containers: number }): Promise<void> => {
    const client = connectTo(address)
    const get = async (i: number): Promise<Counter> => {
      const reference = await client.get('counting' as ContainerKind, { uuid: `counting-${i}` as ContainerUuid })
      if (i % 2 === 0) return { way: 'relayed', handler: reference, count: 0 }
      return { way: 'direct', handler: await reference.connect(), count: 0 }
    }
    counters.push(...(await Promise.all(Array.from({ length: containers }, async (_, i) => await get(i)))))
  },
  /** Each container is called every `everyMs`, spread over that time, until `end`. */
  begin: ({ everyMs }: { everyMs: number }): void => {
    load = new CountingLoad(counters, everyMs)
  },
  end: async (): Promise<CountingResult> => {
    if (load === undefined) throw new Error('No load was begun')
    return await load.end()
  }
}

/** What a scenario may ask of a client that counts. */
export type CountingClientCommands = typeof commands

serveCommands(commands)
