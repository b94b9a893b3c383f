// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  NetworkError,
  type ClientUuid,
  type ContainerUuid,
  type NetworkClient,
  type RequestContext,
  type Turns
} from '@hcengineering/network-core'
import { SimulatedContainer, type RequestData } from './containers'
import type { Id, SimulatedProcess } from '@hcengineering/network-testing/kernel'

/** What is asked of a teller: to take its time, and then to ask others, one in the turn of the other. */
export interface TurnData {
  /** Absent from what tellers ask each other. */
  readonly id?: Id
  /** The call of the workload from which it comes. */
  readonly root: Id
  readonly path: readonly string[]
  /** Whose turns wait for it. */
  readonly visited: readonly string[]
  readonly ms: number
  /** How long the next may take; the ones behind it less, so that they are given up first. */
  readonly budgetMs: number
}

/** Of what one teller allows, how much it leaves to the next. */
const LEFT = 0.7

/** Where the tellers of a process find the network. */
export interface TellerHost {
  clientOf(process: SimulatedProcess): NetworkClient | undefined
  /** Every process tells for which calls it makes others: none waits for itself unnoticed. */
  readonly tellsChains: boolean
}

/** Calls of one teller that do not come from the workload. */
const MOST_OTHERS = 1_000_000

/** A container that takes turns, and calls others in them. */
export class Teller extends SimulatedContainer {
  readonly turns: Turns<'look'> = { concurrency: 'serial', readOnly: ['look'] }
  private others = 0

  constructor(
    private readonly tellers: TellerHost,
    ...parts: ConstructorParameters<typeof SimulatedContainer>
  ) {
    super(...parts)
  }

  override async request(
    operation: string,
    data: RequestData | TurnData,
    clientId?: ClientUuid,
    context?: RequestContext
  ): Promise<unknown> {
    const isTurn = 'root' in data
    const root = isTurn ? data.root : (data.id ?? -(this.id * MOST_OTHERS + ++this.others))
    this.note({ type: 'turn-begun', instance: this.id, root, readOnly: operation === 'look' })
    try {
      if (isTurn) return await this.pass(operation, data, clientId, context)
      // Who never ends his turn is not to be had any more: that would be no fault of ours
      const behaviour = data.behaviour === 'never' ? 'slow' : data.behaviour
      return await super.request(operation, { ...data, behaviour }, clientId, context)
    } finally {
      this.note({ type: 'turn-ended', instance: this.id, root })
    }
  }

  private async pass(
    operation: string,
    data: TurnData,
    client: ClientUuid = '' as ClientUuid,
    context?: RequestContext
  ): Promise<unknown> {
    const { id, root, ms, budgetMs } = data
    if (id !== undefined) this.note({ type: 'executed', request: id, instance: this.id, client, token: context?.token })
    if (ms > 0) await this.process.ticks.waitTick(ms / 50)
    const [next, ...path] = this.wayOn(data.path)
    if (next === undefined) return id
    const visited = [...data.visited, this.uuid]
    const rest: TurnData = { root, path, visited, ms, budgetMs: budgetMs * LEFT }
    try {
      await this.tellers
        .clientOf(this.process)
        ?.request(next as ContainerUuid, operation, rest, { timeoutMs: budgetMs })
    } catch (error) {
      const waited = error instanceof NetworkError && error.stage?.startsWith('waiting for its turn') === true
      if (waited && visited.includes(next)) this.note({ type: 'turn-locked-out', uuid: next, root, why: error.message })
      throw error
    }
    return id
  }

  /** Where nobody tells chains only upwards, so that no calls wait for each other, which would last until their deadlines. */
  private wayOn(path: readonly string[]): readonly string[] {
    return this.tellers.tellsChains ? path : path.filter((name) => name > this.uuid)
  }
}
