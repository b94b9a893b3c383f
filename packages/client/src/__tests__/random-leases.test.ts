// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { FakeTickManager, type NetworkAgent } from '@hcengineering/network-core'
import { drawnTransitions } from '@hcengineering/network-rig/state-diagram'
import { AgentLeases } from '../agent-leases'

const leaseMs = 3_000
const awayMs = 10_000

/** Numbers from 0 to `below`, the same ones for a seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** One agent's leases under whatever the coordinator may do, with what it may believe at the most. */
class RandomLeases {
  private readonly time = new FakeTickManager()
  private readonly leases = new AgentLeases(this.time, leaseMs)
  private readonly agent: NetworkAgent
  private until = Infinity
  private state = '[*]'
  /** Until when the coordinator keeps its containers for it. */
  private keptUntil = -Infinity
  private lastHeard = -Infinity
  private extendedUntil = -Infinity
  /** In this session, so that the coordinator keeps them. */
  private isAnnounced = false
  private grants = true
  private answers: { sentAt: number; answered: (token?: undefined) => boolean }[] = []
  private isKnown = false

  constructor(
    private readonly random: (below: number) => number,
    private readonly seen: Set<string>
  ) {
    const leaseGranted = (forMs: number): void => {
      this.until = this.time.now() + forMs
    }
    this.agent = { leaseGranted } as NetworkAgent
    this.look()
  }

  run(commands: number): void {
    const all = [
      () => this.announce(),
      () => this.answer(),
      () => this.ping(),
      () => this.pass(),
      () => this.pass(),
      () => this.begin(),
      () => this.leaves(),
      () => this.forget()
    ]
    for (let i = 0; i < commands; i++) {
      all[this.random(all.length)]()
      this.look()
    }
  }

  private announce(): void {
    this.answers.push({ sentAt: this.time.now(), answered: this.leases.announce(this.agent, this.grants) })
    this.isKnown = true
  }

  private answer(): void {
    const answer = this.answers.shift()
    if (answer === undefined || !this.isKnown) return
    if (!answer.answered() || !this.grants) return
    this.isAnnounced = true
    this.heard(answer.sentAt)
  }

  private ping(): void {
    const sentAt = this.time.now() - this.random(2 * leaseMs)
    if (sentAt < this.lastHeard) return
    this.heard(sentAt)
    this.leases.confirmed(sentAt)
  }

  private heard(sentAt: number): void {
    this.lastHeard = Math.max(this.lastHeard, sentAt)
    if (this.isAnnounced) this.keptUntil = Math.max(this.keptUntil, this.lastHeard + leaseMs, this.extendedUntil)
  }

  private pass(): void {
    this.time.setTime(this.time.now() + this.random(leaseMs))
  }

  /** A session, perhaps with a coordinator of another release. */
  private begin(): void {
    this.isAnnounced = false
    this.extendedUntil = -Infinity
    this.grants = this.random(4) > 0
    this.answers = this.random(2) === 0 ? [] : this.answers
    this.leases.begun()
  }

  /** The coordinator says that it will be away. */
  private leaves(): void {
    this.extendedUntil = Math.max(this.extendedUntil, this.lastHeard + awayMs)
    this.heard(this.lastHeard)
    this.leases.extend(awayMs)
  }

  private forget(): void {
    this.answers = []
    this.isKnown = false
    this.isAnnounced = false
    this.leases.forget(this.agent)
  }

  private look(): void {
    const now = this.time.now()
    const state = this.until === Infinity ? 'none' : now < this.until ? 'held' : 'lapsed'
    if (state === 'held') expect(this.until).toBeLessThanOrEqual(this.keptUntil)
    if (state !== this.state) this.seen.add(`${this.state} --> ${state}`)
    this.state = state
  }
}

describe('leases at random', () => {
  const seen = new Set<string>()

  test('none is believed for longer than the coordinator keeps the containers for it', () => {
    for (let seed = 1; seed <= 200; seed++) new RandomLeases(randomOf(seed), seen).run(100)
  })

  test('they went every way that docs/STATES.md draws, and no other', () => {
    expect([...seen].sort()).toEqual(drawnTransitions('lease'))
  })
})
