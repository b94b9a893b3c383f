// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerUuid } from '../../api/identifiers'
import type { CallHop, ContainerWaits, WaitVerdict } from '../../api/turns'
import { Deadlocks } from '../deadlocks'
import { describeCycle, WaitGraph, type Wait } from '../wait-graph'

const [first, second, third] = ['agent-1', 'agent-2', 'agent-3'] as AgentUuid[]

/** `a/t1` is the turn t1 of container a; without a turn it takes none. */
function hop(name: string): CallHop {
  const [uuid, turn = ''] = name.split('/')
  return { uuid: uuid as ContainerUuid, operation: `do-${uuid}`, turn }
}

/** A call to that container, in which this turn runs, made for those. */
function wait(target: string, ...chain: string[]): Wait {
  const { uuid, turn, operation } = hop(target)
  return { uuid, operation: 'ask', running: [{ turn, operation }], chain: chain.map(hop) }
}

function waits(target: string, id: string, ...chain: string[]): ContainerWaits {
  const { uuid, running, operation, chain: calls } = wait(target, ...chain)
  return { uuid, running, waiting: [{ id, operation, chain: calls }] }
}

/** What `a/t1` and `b/t2` say when each waits for the other. */
const atB = waits('b/t2', 'w1', 'a/t1')
const atA = waits('a/t1', 'w2', 'b/t2')

describe('WaitGraph', () => {
  it('finds who waits for itself, and says how', () => {
    const all = [wait('b/t2', 'a/t1'), wait('c/t3', 'x', 'b/t2', 'p'), wait('a/t1', 'c/t3'), wait('a/t1', 'd/t4')]
    const graph = new WaitGraph(all)
    const cycle = graph.cycleOf(all[0])
    expect(cycle).toEqual(all.slice(0, 3))
    expect(describeCycle(cycle ?? [])).toBe(
      "a in 'do-a' waits for b ('ask'); b in 'do-b' waits for c ('ask') by way of p ('do-p'); c in 'do-c' waits for a ('ask')"
    )
    expect(graph.cycleOf(all[3])).toBeUndefined()
  })

  it('several readers are waited for all', () => {
    const writer = {
      ...wait('b/t2', 'a/t1'),
      running: ['t7', 't8', 't9'].map((turn) => ({ turn, operation: 'read' }))
    }
    const back = wait('a/t1', 'b/t8')
    expect(new WaitGraph([writer, back]).cycleOf(writer)).toEqual([writer, back])
  })

  it('a container that takes no turns is waited for by nobody', () => {
    const all = [wait('b/t2', 'a'), wait('a', 'b/t2')]
    expect(new WaitGraph(all).cycleOf(all[0])).toBeUndefined()
  })
})

describe('Deadlocks', () => {
  it('are found when every wait was seen again after the last was seen first, and one is refused', () => {
    const deadlocks = new Deadlocks()
    const one = deadlocks.report(first, { heard: 0, containers: [atB] })
    const two = deadlocks.report(second, { heard: 0, containers: [atA] })
    expect([one, two]).toEqual([
      { heard: 1, deadlocks: [] },
      { heard: 2, deadlocks: [] }
    ])
    // It has not heard of the second yet: what it says may be older
    expect(deadlocks.report(first, { heard: one.heard, containers: [atB] }).deadlocks).toEqual([])
    const again = deadlocks.report(first, { heard: 3, containers: [atB] })
    expect(again.deadlocks).toEqual([])
    // The last that came gives way
    expect(deadlocks.report(second, { heard: two.heard, containers: [atA] }).deadlocks).toEqual([
      { uuid: 'a', id: 'w2', cycle: "b in 'do-b' waits for a ('ask'); a in 'do-a' waits for b ('ask')" }
    ])
    expect(deadlocks.report(first, { heard: 5, containers: [atB] }).deadlocks).toEqual([])
  })

  it('waits of different times are none', () => {
    const deadlocks = new Deadlocks()
    const told = (agent: AgentUuid, heard: number, ...containers: ContainerWaits[]): WaitVerdict =>
      deadlocks.report(agent, { heard, containers })
    told(first, 0, atB)
    // What it said before is over: w1 has been answered
    told(second, 0, atA)
    told(first, 2)
    expect(told(second, 3, atA).deadlocks).toEqual([])
    // Another wait of the same turns begins anew
    told(first, 4, waits('b/t2', 'w3', 'a/t1'))
    expect(told(second, 4, atA).deadlocks).toEqual([])
    expect(told(first, 6, waits('b/t2', 'w3', 'a/t1')).deadlocks).toEqual([])
    expect(told(second, 7, atA).deadlocks).toEqual([])
    // w3 came last
    expect(told(first, 8, waits('b/t2', 'w3', 'a/t1')).deadlocks).toMatchObject([{ id: 'w3' }])
  })

  it('an agent that is gone waits for nobody', () => {
    const deadlocks = new Deadlocks()
    deadlocks.report(first, { heard: 0, containers: [atB] })
    deadlocks.report(second, { heard: 0, containers: [atA] })
    deadlocks.report(first, { heard: 2, containers: [atB] })
    deadlocks.forget(first)
    expect(deadlocks.report(second, { heard: 3, containers: [atA] }).deadlocks).toEqual([])
  })

  it('are found over three agents, and in one', () => {
    const deadlocks = new Deadlocks()
    const reports: [AgentUuid, ContainerWaits[]][] = [
      [first, [waits('b/t2', 'w1', 'a/t1')]],
      [second, [waits('c/t3', 'w2', 'b/t2')]],
      [third, [waits('a/t1', 'w3', 'c/t3'), waits('e/t5', 'w4', 'd/t4'), waits('d/t4', 'w5', 'e/t5')]]
    ]
    const found: string[] = []
    for (let round = 0; round < 2; round++) {
      for (const [agent, containers] of reports) {
        const { deadlocks: broken } = deadlocks.report(agent, { heard: round * 3, containers })
        found.push(...broken.map(({ id }) => id))
      }
    }
    expect(found).toEqual(['w3', 'w5'])
  })
})
