// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { placementPolicies, type AgentCapacity, type KindPlacement, type RebalancingOptions } from '../api/placement'
import { checkObject, checkOptions, refuseArgument } from '../arguments'
import { checkName } from '../labels'
import { PlacementRules, rulesOf, usualRules } from '../state/placement-rules'

/** Options of `NetworkImpl` about where containers start. */
export interface PlacementOptions {
  /** For every kind. Default: round robin. */
  placement?: KindPlacement
  /** For some kinds: what is given here goes before `placement`. */
  placementByKind?: Readonly<Record<string, KindPlacement>>
  /** How much may move when agents join, of kinds with `rebalance: true`. */
  rebalancing?: RebalancingOptions
}

/** Moves that may run at a time, and moves a minute: what is beyond would be no gentle rebalancing. */
const maxAtOnce = 1000
const maxPerMinute = 60_000

/** More containers than one process holds: a larger number is a mistake. */
const maxCapacity = 1e9

function names(name: string, value: readonly string[] | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value) || value.length === 0) refuseArgument(name, value, 'an array of at least one text')
  return value.map((each: string) => checkName(each, `an element of ${name}`))
}

function checked(name: string, given: KindPlacement): KindPlacement {
  const { policy, agents, attract, repel, rebalance } = checkObject(given, name)
  if (policy !== undefined && !placementPolicies.includes(policy))
    refuseArgument(`${name}.policy`, policy, placementPolicies.map((each) => `'${each}'`).join(' or '))
  if (rebalance !== undefined && typeof rebalance !== 'boolean')
    refuseArgument(`${name}.rebalance`, rebalance, 'true or false')
  const keys = (field: string, value: readonly string[] | undefined): readonly string[] | undefined => {
    const read = names(`${name}.${field}`, value)
    for (const key of read ?? []) if (/[:=]/.test(key)) refuseArgument(`a key of ${name}`, key, 'text without : and =')
    return read
  }
  return {
    policy,
    agents: names(`${name}.agents`, agents),
    attract: keys('attract', attract),
    repel: keys('repel', repel),
    rebalance
  }
}

/** The rules of every kind; `INVALID_ARGUMENT` names what cannot be meant. */
export function resolvePlacement({ placement, placementByKind }: PlacementOptions): PlacementRules {
  const usual = placement === undefined ? {} : checked('placement', placement)
  const byKind = Object.entries(checkOptions(placementByKind, 'placementByKind')).map(
    ([kind, given]): [string, ReturnType<typeof rulesOf>] => {
      const own = checked(`placementByKind['${checkName(kind, 'a kind')}']`, given)
      const present = Object.entries(own).filter(([, value]) => value !== undefined)
      return [kind, rulesOf({ ...usual, ...(Object.fromEntries(present) as KindPlacement) })]
    }
  )
  return new PlacementRules(placement === undefined ? usualRules : rulesOf(usual), new Map(byKind))
}

/** Throws `INVALID_ARGUMENT`, naming what cannot be meant. */
export function checkPlacement(options: PlacementOptions): void {
  resolvePlacement(checkObject(options, 'the options of placement'))
}

/** What may move at a time, with every value decided. */
export function resolveRebalancing({ atOnce = 2, perMinute = 30 }: RebalancingOptions): Required<RebalancingOptions> {
  whole('rebalancing.atOnce', atOnce, 1, maxAtOnce)
  whole('rebalancing.perMinute', perMinute, 1, maxPerMinute)
  return { atOnce, perMinute }
}

/** `capacity` itself; `INVALID_ARGUMENT` names the limit that is none. */
export function checkCapacity(capacity: AgentCapacity): AgentCapacity {
  const { containers, byKind } = checkObject(capacity, 'capacity')
  if (containers !== undefined) whole('capacity.containers', containers, 0, maxCapacity)
  for (const [kind, value] of Object.entries(checkOptions(byKind, 'capacity.byKind')))
    whole(`capacity.byKind['${checkName(kind, 'a kind')}']`, value, 0, maxCapacity)
  return capacity
}

function whole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    refuseArgument(name, value, `a whole number from ${least} to ${most}`)
}
