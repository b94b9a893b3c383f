// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { checkArray, checkFunction, checkObject, refuseArgument } from '@hcengineering/network-core'
import { minimize } from '../kernel/minimize'
import { Random } from '../kernel/random'
import { TestNetworkError } from '../net/trouble'
import { seedOfEnvironment, whole, within, type TestNetworkOptions } from '../net/options'
import type { TestNetwork } from '../test-network'
import { drawFaults, faultKinds, tellFault, type Fault, type FaultKind } from './faults'
import { runSeed, type RunOptions } from './run-seed'

/** What is run for each seed. */
export interface SeedsOptions<S, R> extends Omit<TestNetworkOptions<S>, 'seed'> {
  /** How many seeds. Default 20. */
  readonly seeds?: number
  /** The first. Default 1. */
  readonly from?: number
  /** This one only, as a failure names it; so does the environment variable `NETWORK_SEED`, which goes before. */
  readonly seed?: number
  /** What can go wrong. Default: everything; `[]` for nothing. */
  readonly faults?: readonly FaultKind[]
  /** Faults happen within so many virtual milliseconds from the start, while the workload runs. Default 10 000. */
  readonly troubleMs?: number
  /** Tells of a seed that fails which of its faults suffice for that: runs it again some ten times. Default false. */
  readonly shrink?: boolean
  /** What uses your containers meanwhile. Draw what it does from `random`; what it throws fails the seed: see `attempt`. */
  readonly workload: (net: TestNetwork<S>, random: Random) => Promise<R>
  /** What must hold when everything has healed, over what the workload answered; what it throws fails the seed. */
  readonly invariants?: (net: TestNetwork<S>, result: R) => void | Promise<void>
  /** What must hold after every step of virtual time. */
  readonly always?: (net: TestNetwork<S>) => void
}

/** What the runs of all seeds came to. */
export interface SeedsReport {
  /** How many were run. */
  readonly seeds: number
  /** Requests that containers were given. */
  readonly requests: number
  /** Faults that happened. */
  readonly faults: number
}

const maxSeeds = 1_000_000
const maxTroubleMs = 600_000

/**
 * Runs your containers under other faults for each seed, and checks what the network promises (each call settles, in time;
 * no request is executed twice; no two serve one uuid) and what you demand.
 *
 * @throws TestNetworkError for the first seed that fails; `seed: N` or `NETWORK_SEED=N` runs that one again, exactly
 */
export async function forSeeds<S = undefined, R = void>(options: SeedsOptions<S, R>): Promise<SeedsReport> {
  checkObject(options, 'the options of forSeeds')
  const { workload, invariants, always, faults = faultKinds, troubleMs = 10_000 } = options
  checkFunction(workload, 'workload')
  if (invariants !== undefined) checkFunction(invariants, 'invariants')
  if (always !== undefined) checkFunction(always, 'always')
  for (const fault of checkArray(faults, 'faults'))
    if (!faultKinds.includes(fault)) refuseArgument('a fault', fault, `one of ${faultKinds.join(', ')}`)
  within('troubleMs', troubleMs, 1, maxTroubleMs)
  const only = seedOfEnvironment() ?? options.seed
  const from = whole('seed', only ?? options.from ?? 1, 0, Number.MAX_SAFE_INTEGER - maxSeeds)
  const seeds = only === undefined ? whole('seeds', options.seeds ?? 20, 1, maxSeeds) : 1
  let requests = 0
  let happened = 0
  for (let seed = from; seed < from + seeds; seed++) {
    const plan = drawFaults((stream) => new Random(seed, stream), faults, troubleMs)
    const given = { ...options, troubleMs, seed, plan }
    const run = await runSeed(given).catch(async (error: unknown) => {
      if (options.shrink === true && error instanceof TestNetworkError) throw await shrunk(given, error)
      throw error
    })
    requests += run.requests
    happened += run.faults
  }
  if (requests === 0) {
    throw new Error(
      'No container was asked anything in any of the seeds, which proves nothing: what does the workload do?'
    )
  }
  return { seeds, requests, faults: happened }
}

/** The failure with fewer faults that is as good, and which they are. */
async function shrunk<S, R>(options: RunOptions<S, R>, error: TestNetworkError): Promise<TestNetworkError> {
  let smallest = error
  const fails = async (plan: readonly Fault[]): Promise<boolean> => {
    const failure: unknown = await runSeed({ ...options, plan }).catch((thrown: unknown) => thrown)
    if (!(failure instanceof TestNetworkError)) return false
    smallest = failure
    return true
  }
  const plan = await minimize(options.plan, fails)
  const again = `Of its ${options.plan.length} faults these suffice: ${plan.map(tellFault).join('; ') || 'none'}`
  return new TestNetworkError(options.seed, smallest.violations, smallest.story, { again, cause: error })
}
