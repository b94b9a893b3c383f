// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { drawnTransitions } from '@hcengineering/network-rig/state-diagram'
import { randomOf } from '../../__tests__/random'
import { Body } from '../../wire/body'
import { encode } from '../../wire/protocol-2-encode'
import type { Stream } from '../stream'
import { StreamTable } from '../stream-table'
import { request, StreamPair } from './stream-pair'

/** What streams have become on either side, as docs/STATES.md draws it: each direction by itself. */
class Became {
  readonly sender = new Set<string>()
  readonly receiver = new Set<string>()

  watch(stream: Stream): void {
    const { outflow, inflow } = stream
    watchState(this.sender, outflow, ['over', 'ended'], () =>
      outflow.closed ? 'closed' : outflow.finished ? 'ended' : 'open'
    )
    watchState(this.receiver, inflow, ['over'], () => (inflow.closed ? 'stopped' : 'open'))
  }

  forgotten({ outflow, inflow }: Stream): void {
    this.sender.add(`${outflow.closed ? 'closed' : 'not closed'} --> [*]`)
    this.receiver.add(`${inflow.closed ? 'stopped' : 'open'} --> [*]`)
  }
}

/** Notes what becomes of an object whose state those fields say. */
function watchState(became: Set<string>, object: object, fields: readonly string[], stateNow: () => string): void {
  let state = stateNow()
  became.add(`[*] --> ${state}`)
  for (const field of fields) {
    let value: unknown = (object as Record<string, unknown>)[field]
    const set = (next: unknown): void => {
      value = next
      const to = stateNow()
      if (to !== state) became.add(`${state} --> ${to}`)
      state = to
    }
    Object.defineProperty(object, field, { get: () => value, set })
  }
}

/** Both sides of many streams, over a line that breaks. Every choice comes from the seed. */
class World {
  private readonly pair = new StreamPair({ maxDetachedBytes: 2_000, maxGarbage: 1_000, maxWholeAnswerBytes: 500 })
  private readonly streams: Stream[] = []
  private readonly random: () => number

  constructor(seed: number) {
    this.random = randomOf(seed)
    this.pair.connect()
  }

  step(): void {
    const { pair } = this
    const choices: [number, () => void][] = [
      [4, () => this.open()],
      [2, () => this.ask()],
      [4, () => this.serve()],
      [8, () => this.some()?.item(Body.of('x'.repeat(this.random() * 100)))],
      [2, () => this.some()?.end(this.random() < 0.3 ? new NetworkError('REMOTE_ERROR', 'failed') : undefined)],
      [4, () => this.grant()],
      [2, () => this.some()?.stop()],
      [8, () => pair.write()],
      [8, () => pair.deliver()],
      [1, () => this.breakRules()],
      [1, () => this.reconnect()],
      [0.5, () => this.pass(500)],
      [0.2, () => this.away()],
      [0.2, () => pair.server.end('c', true)]
    ]
    let point = this.random() * choices.reduce((sum, [weight]) => sum + weight, 0)
    const [, act] = choices.find(([weight]) => (point -= weight) < 0) ?? choices[0]
    act()
    pair.perform()
  }

  private open(): void {
    const asked = this.pair.client.request(request({ input: this.random() < 0.5 }), this.pair.now)
    if (asked instanceof NetworkError || asked.stream === undefined) return
    this.streams.push(asked.stream)
    if (this.random() < 0.2) this.pair.client.cancel(asked, new NetworkError('CANCELLED', 'no'))
  }

  /** Its answer may come in parts. */
  private ask(): void {
    this.pair.client.request({ ...request(), opening: undefined }, this.pair.now)
  }

  private serve(): void {
    const execution = this.pair.executions.shift()
    if (execution === undefined) return
    const { conversation, stream } = execution
    if (stream !== undefined && this.random() < 0.3) {
      stream.drop()
      conversation.refuse(execution, new NetworkError('NOT_FOUND', 'none'), this.pair.serverEffects)
    } else {
      if (stream !== undefined) this.streams.push(stream)
      const answer = stream === undefined ? 'x'.repeat(this.random() * 2_000) : undefined
      conversation.answer(execution, answer, this.pair.serverEffects)
    }
  }

  /** Mostly one of the last: the others are over. */
  private some(): Stream | undefined {
    return this.streams.at(-1 - Math.floor(this.random() * 6))
  }

  private grant(): void {
    const stream = this.some()
    if (stream !== undefined) stream.grant(this.pair.of(stream).items.length + 4, 100_000)
  }

  private breakRules(): void {
    const stream = this.some()
    if (stream?.asked !== true) return
    this.pair.toServer.push(encode({ kind: 'grant', stream: stream.number, items: 1_000, bytes: 1 }))
  }

  private reconnect(): void {
    this.pair.disconnect()
    this.pair.connect()
  }

  /** For longer than the client believes that its session lasts. */
  private away(): void {
    this.pair.disconnect()
    this.pair.client.nextDeadline()
    this.pass(3_000)
    this.pair.connect()
  }

  private pass(ms: number): void {
    const { pair } = this
    pair.now += ms
    pair.client.advance(pair.now)
    pair.server.advance(pair.now)
  }
}

describe('streams over a line that breaks', () => {
  it('go every way that docs/STATES.md draws, and no other', () => {
    const became = new Became()
    const table = StreamTable.prototype as unknown as { add(stream: Stream): Stream; forget(stream: Stream): void }
    const { add, forget } = table
    jest.spyOn(table, 'add').mockImplementation(function (this: StreamTable, stream) {
      became.watch(stream)
      return add.call(this, stream)
    })
    jest.spyOn(table, 'forget').mockImplementation(function (this: StreamTable, stream) {
      const known = this.has(stream.number)
      forget.call(this, stream)
      if (known && !this.has(stream.number)) became.forgotten(stream)
    })
    try {
      for (let seed = 0; seed < 40; seed++) {
        const world = new World(seed)
        for (let step = 0; step < 500; step++) world.step()
      }
    } finally {
      jest.restoreAllMocks()
    }
    expect([...became.sender].sort()).toEqual(drawnTransitions('stream sender'))
    expect([...became.receiver].sort()).toEqual(drawnTransitions('stream receiver'))
  })
})
