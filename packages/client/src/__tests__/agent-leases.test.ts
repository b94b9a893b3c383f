// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkAgent } from '@hcengineering/network-core'
import { FakeTickManager } from '@hcengineering/network-core/testing'
import { AgentLeases } from '../agent-leases'

/** Leases of 3 s, and an agent that notes until when it was granted one. */
function fixture(): { time: FakeTickManager; leases: AgentLeases; agent: NetworkAgent; until: number[] } {
  const time = new FakeTickManager()
  const until: number[] = []
  const agent = { leaseGranted: (forMs: number) => until.push(time.now() + forMs) } as unknown as NetworkAgent
  return { time, leases: new AgentLeases(time, 3_000), agent, until }
}

describe('AgentLeases', () => {
  test('an agent serves nothing new between its first announcement and the answer', () => {
    const { time, leases, agent, until } = fixture()
    time.setTime(100)
    const answered = leases.announce(agent, true)
    expect(until).toEqual([100])
    time.setTime(150)
    answered()
    expect(until).toEqual([100, 3_100])
  })

  test('each ping that was answered counts from when it was sent', () => {
    const { time, leases, agent, until } = fixture()
    leases.announce(agent, true)()
    time.setTime(1_040)
    leases.confirmed(1_000)
    expect(until.at(-1)).toBe(4_000)
    leases.confirmed(500)
    expect(until.at(-1)).toBe(4_000)
  })

  test('in a new session pings count only once the agent was announced in it', () => {
    const { time, leases, agent, until } = fixture()
    leases.announce(agent, true)()
    leases.begun()
    time.setTime(1_000)
    leases.confirmed(1_000)
    expect(until.at(-1)).toBe(3_000)
    const answered = leases.announce(agent, true)
    expect(until.at(-1)).toBe(3_000)
    answered()
    expect(until.at(-1)).toBe(4_000)
  })

  test('an answer that comes when another session has begun counts for nothing', () => {
    const { time, leases, agent, until } = fixture()
    leases.announce(agent, true)()
    time.setTime(1_000)
    const answered = leases.announce(agent, true)
    leases.begun()
    expect(answered()).toBe(false)
    expect(until.at(-1)).toBe(3_000)
    expect(leases.announce(agent, true)()).toBe(true)
    expect(until.at(-1)).toBe(4_000)
  })

  test('a coordinator that will be away leaves more, counted from what it has heard', () => {
    const { time, leases, agent, until } = fixture()
    leases.announce(agent, true)()
    leases.confirmed(0)
    time.setTime(700)
    leases.extend(10_000)
    expect(until.at(-1)).toBe(10_000)
    leases.confirmed(700)
    expect(until.at(-1)).toBe(10_000)
    leases.begun()
    leases.announce(agent, true)()
    expect(until.at(-1)).toBe(3_700)
  })

  test('nobody grants to an agent that is not registered any more, or to whose coordinator leases are unknown', () => {
    const { leases, agent, until } = fixture()
    leases.announce(agent, true)()
    leases.forget(agent)
    expect(until.at(-1)).toBe(Infinity)
    leases.announce(agent, false)()
    expect(until.at(-1)).toBe(Infinity)
  })
})
