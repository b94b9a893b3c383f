// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Engine } from './engine'
import { Machines } from './net/machines'
import { resolveOptions, type TestNetworkOptions } from './net/options'
import { TestNetwork } from './test-network'
import { currentProcess } from './time/place'

/** The seed of the network that is open. Of this JavaScript realm there is one time, so there is one network at a time. */
let open: number | undefined

/** A network that was opened, and what is behind it. */
export interface Opened<S> {
  readonly net: TestNetwork<S>
  readonly engine: Engine
  readonly machines: Machines<S>
}

/** Starts everything, and resolves when every agent is registered. */
export async function openNetwork<S>(given: TestNetworkOptions<S>): Promise<Opened<S>> {
  const options = resolveOptions(given)
  if (open !== undefined) {
    throw new Error(`A test network is open already (seed ${open}), and there is one time for all: close it first`)
  }
  if (currentProcess() !== undefined) throw new Error('A test network cannot be opened by code that runs in one')
  open = options.seed
  let machines: Machines<S> | undefined
  const engine = new Engine(options.seed, () => machines?.hindrances() ?? [])
  const { driven, crashed, history, time, trace } = engine
  const closed = (): void => {
    open = undefined
    engine.close()
  }
  let net: TestNetwork<S>
  try {
    const state = given.state?.() as S
    machines = new Machines({ given, options, state, driven, crashed, history, time, trace })
    net = new TestNetwork({ engine, machines, options, state, onClosed: closed })
  } catch (error) {
    closed()
    throw error
  }
  try {
    await driven('the start of the network', machines.startAll())
  } catch (error) {
    await net.close()
    throw error
  }
  return { net, engine, machines }
}

/**
 * A whole network with your containers in it, in this process and in virtual time; `await using net = await testNetwork(…)`,
 * or `net.close()` at the end.
 *
 * @throws NetworkError `INVALID_ARGUMENT` for options that cannot be meant, TestNetworkError when a factory's module or an agent fails to start
 */
export async function testNetwork<S = undefined>(options: TestNetworkOptions<S>): Promise<TestNetwork<S>> {
  return (await openNetwork(options)).net
}
