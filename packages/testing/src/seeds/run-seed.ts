// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Random } from '../kernel/random'
import { openNetwork } from '../open-network'
import { TestNetworkError } from '../net/trouble'
import { PlacedProcess } from '../time/place'
import { applyFault, type Fault } from './faults'
import type { SeedsOptions } from './for-seeds'

/** Within this everything has healed: an agent that was killed last has been given up, what it had runs elsewhere. */
const healMs = 20_000

/** What a run came to. */
export interface SeedRun {
  readonly requests: number
  readonly faults: number
  /** Two runs of one seed have the same. */
  readonly fingerprint: string
}

/** How one is made. */
export interface RunOptions<S, R> extends SeedsOptions<S, R> {
  readonly seed: number
  readonly troubleMs: number
  /** What goes wrong in it. */
  readonly plan: readonly Fault[]
}

/** One seed, from the start of the network to its end. */
export async function runSeed<S, R>(options: RunOptions<S, R>): Promise<SeedRun> {
  const { seed, workload, invariants, always, troubleMs } = options
  const { net, engine } = await openNetwork(options)
  // What the test does from here on is code of the network too, so that its timers are virtual
  const tester = new PlacedProcess('test', engine.time, engine.crashed)
  const inside = async <T>(what: string, run: () => Promise<T> | T): Promise<T> => {
    const ran = new Promise<T>((resolve, reject) => {
      tester.deliver(() => {
        Promise.resolve().then(run).then(resolve, reject)
      })
    })
    return await engine.driven(what, ran)
  }
  let failure: { readonly error: unknown } | undefined
  let happened = 0
  try {
    if (always !== undefined) net.always(() => always(net))
    let healed = false
    for (const fault of options.plan) {
      tester.after(fault.at, () => {
        happened++
        applyFault(net, fault, () => healed).catch((error: unknown) => {
          // What is left of faults when the network closes
          if (tester.alive) engine.crashed('a fault', error)
        })
      })
    }
    const result = await inside('the workload', async () => await workload(net, new Random(seed, 'workload')))
    if (net.now < troubleMs) await net.advance(troubleMs - net.now)
    healed = true
    net.heal()
    await net.advance(healMs)
    await inside('the invariants', async () => await invariants?.(net, result))
  } catch (error) {
    failure = { error }
  }
  const { fingerprint, now: at } = net
  tester.kill()
  const requests = engine.history.count('executed')
  const story = engine.story.tail()
  try {
    await net.close()
  } catch (error) {
    failure ??= { error }
  }
  if (failure !== undefined) throw failed(seed, failure.error, story, at)
  return { requests, faults: happened, fingerprint }
}

function failed(seed: number, error: unknown, story: readonly string[], at: number): TestNetworkError {
  const again = `Run it again: forSeeds({ seed: ${seed}, … }), or NETWORK_SEED=${seed} in the environment`
  if (error instanceof TestNetworkError)
    return new TestNetworkError(seed, error.violations, error.story, { again, cause: error })
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new TestNetworkError(seed, [{ checker: 'the test', at, message }], story, { again, cause: error })
}
