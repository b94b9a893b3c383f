// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerKind } from '../../api/identifiers'
import { resolvePlacement, resolveRebalancing, type PlacementOptions } from '../placement-options'

const kind = (name: string): ContainerKind => name as ContainerKind

describe('options of placement', () => {
  it('round robin without anything', () => {
    expect(resolvePlacement({}).of(kind('k'))).toMatchObject({
      policy: 'round-robin',
      agents: undefined,
      rebalance: false
    })
  })

  it('what is said of a kind goes before what is said of all', () => {
    const rules = resolvePlacement({
      placement: { policy: 'least-loaded', rebalance: true },
      placementByKind: { k: { rebalance: false, attract: ['tenant'] } }
    })
    expect(rules.of(kind('k'))).toMatchObject({
      policy: 'least-loaded',
      rebalance: false,
      attract: new Set(['tenant'])
    })
    expect(rules.of(kind('other'))).toMatchObject({ policy: 'least-loaded', rebalance: true })
  })

  it.each<[PlacementOptions, string]>([
    [{ placement: { policy: 'random' as never } }, 'placement.policy'],
    [{ placementByKind: { k: { attract: ['tenant:acme'] } } }, "placementByKind['k']"],
    [{ placementByKind: { k: { agents: [] } } }, "placementByKind['k'].agents"],
    [{ placement: { rebalance: 1 as never } }, 'placement.rebalance']
  ])('refuses %j', (options, name) => {
    expect(() => resolvePlacement(options)).toThrow(name)
  })

  it.each([{ atOnce: 0 }, { perMinute: 0.5 }, { perMinute: 1e9 }])('refuses %j for rebalancing', (options) => {
    expect(() => resolveRebalancing(options)).toThrow('rebalancing.')
  })
})
