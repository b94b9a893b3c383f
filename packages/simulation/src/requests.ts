// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerConnection, ContainerReference } from '@hcengineering/network-core'
import type { Id, RequestFacts, SimulatedProcess } from '@hcengineering/network-testing/kernel'
import { largeAnswer, type RequestData } from './containers'
import { serialKind } from './names'
import type { Action } from './plan'
import { settings } from './settings'
import type { TurnData } from './teller'
import type { World } from './world'

const callMs = settings.callMs

/** How a request is made, and what its container does with it. */
export type Asked = Omit<Extract<Action, { type: 'request' }>, 'type' | 'pick' | 'ms'>

/** Who takes requests. */
type Target = Pick<ContainerReference | ContainerConnection, 'request'>

/** What the clients of the workload ask of containers, and what the answers have to be; tells the history, and never rejects. */
export class Requests {
  constructor(
    private readonly process: SimulatedProcess,
    private readonly world: World
  ) {}

  /** Any request that is answered with its id, or with the large answer for it. */
  async ask(
    uuid: string,
    { way, behaviour, timeoutMs, idempotent }: Asked,
    run: (id: Id) => Promise<unknown>
  ): Promise<void> {
    const slow = (behaviour !== 'echo' && behaviour !== 'large') || isTeller(uuid)
    const request = { ...this.facts(uuid, slow), idempotent }
    const what = `request ${behaviour} to ${uuid} by ${way}`
    await this.world.calls.make(this.process, { what, timeoutMs, request }, async (id) => {
      const answer = await run(id)
      const expected = behaviour === 'large' ? largeAnswer(id) : id
      if (answer !== expected) throw new Error(`request ${id} got the answer ${String(answer).slice(0, 100)}`)
      return id
    })
  }

  /** Has the container of a connection broadcast that many events. */
  async broadcast(connection: ContainerConnection, count: number): Promise<void> {
    const uuid = connection.containerId
    const what = `broadcast by ${uuid}`
    const request = this.facts(uuid, isTeller(uuid))
    await this.world.calls.make(this.process, { what, timeoutMs: callMs, request }, async (id) => {
      const data: RequestData = { id, behaviour: 'echo', ms: count }
      return (await connection.request('broadcast', data, { timeoutMs: callMs })) as unknown
    })
  }

  /** Has a container set a reminder, or a timer. */
  async wind(type: 'remind' | 'tick', reference: ContainerReference, ms: number): Promise<void> {
    const what = `${type} ${reference.uuid}`
    const request = this.facts(reference.uuid, true)
    await this.world.calls.make(this.process, { what, timeoutMs: callMs, request }, async (id) => {
      const data: RequestData = { id, behaviour: 'echo', ms }
      return (await reference.request(type, data, { timeoutMs: callMs })) as unknown
    })
  }

  /** A turn of that container, in which it asks those of the path one by the other. */
  async turn(
    uuid: string,
    target: Target,
    { path, ms, readOnly }: Pick<Extract<Action, { type: 'turn' }>, 'path' | 'ms' | 'readOnly'>
  ): Promise<void> {
    const what = `turn of ${[uuid, ...path].join(', ')}`
    const request = this.facts(uuid, true)
    await this.world.calls.make(this.process, { what, timeoutMs: callMs, request }, async (id) => {
      const data: TurnData = { id, root: id, path, visited: [], ms, budgetMs: 0.4 * callMs }
      const answer: unknown = await target.request(readOnly ? 'look' : 'pass', data, { timeoutMs: callMs })
      if (answer !== id) throw new Error(`turn ${id} got the answer ${String(answer)}`)
      return answer
    })
  }

  private facts(uuid: string, slow: boolean): RequestFacts {
    return { uuid, client: this.process.name, idempotent: false, slow }
  }
}

/** It takes its turns: one call waits for others. */
function isTeller(uuid: string): boolean {
  return uuid.includes(serialKind)
}
