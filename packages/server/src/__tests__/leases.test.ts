// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { FakeTickManager } from '@hcengineering/network-core/testing'
import {
  defaultTimeoutsMs,
  silentLogger,
  type ActivationToken,
  type AgentUuid,
  type ClientUuid
} from '@hcengineering/network-core'
import type { LeaseLedger, LedgerContent } from '../lease-ledger'
import { Leases } from '../leases'

const guard = defaultTimeoutsMs.leaseGuard
const agent = 'a1' as AgentUuid
const owner = 'p1' as ClientUuid
const successor = 'p2' as ClientUuid
const token = { epoch: 7, counter: 3 }

/** A ledger whose writes end when the test says so. */
class TestLedger implements LeaseLedger {
  readonly epoch = 7
  readonly voided = new Map<AgentUuid, ActivationToken>()
  lastVoided: [AgentUuid, ActivationToken][] = []
  readonly written: [AgentUuid, number][][] = []
  readonly ends: { resolve: () => void; reject: (error: Error) => void }[] = []

  constructor(
    readonly leases: ReadonlyMap<AgentUuid, number> = new Map(),
    private readonly slow = false
  ) {}

  async write({ leases, voided }: LedgerContent): Promise<void> {
    this.written.push([...leases])
    this.lastVoided = [...voided]
    if (this.slow) await new Promise<void>((resolve, reject) => this.ends.push({ resolve, reject }))
  }
}

const turns = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve))

describe('Leases', () => {
  it('writes a lease down before it is granted, many at a time', async () => {
    const ledger = new TestLedger(undefined, true)
    const leases = new Leases(new FakeTickManager(), ledger)
    const granted: string[] = []
    for (const id of ['a1', 'a2', 'a3']) {
      const written = Promise.resolve(leases.grant(id as AgentUuid, owner, 3_000, 7))
      void written.then(() => granted.push(id))
    }
    await turns()
    expect([granted, ledger.written.length]).toEqual([[], 1])
    ledger.ends[0].resolve()
    await turns()
    expect(granted).toEqual(['a1', 'a2', 'a3'])
    expect(ledger.written).toHaveLength(1)
  })

  it('says when it is durable who was given up, however often the disk refuses', async () => {
    const ledger = new TestLedger(undefined, true)
    const time = new FakeTickManager()
    const warnings: string[] = []
    const logger = {
      ...silentLogger,
      warn: (message: string): void => {
        warnings.push(message)
      }
    }
    const leases = new Leases(time, ledger, logger)
    leases.giveUp(agent, owner, 1_000, token)
    let written = false
    void leases.written()?.then(() => (written = true))
    await turns()
    ledger.ends[0].reject(new Error('no space left on device'))
    await turns()
    expect([written, warnings.length]).toEqual([false, 1])
    await time.advance(1_000)
    await turns()
    expect(written).toBe(false)
    ledger.ends[1].resolve()
    await turns()
    expect([written, ledger.lastVoided]).toEqual([true, [[agent, token]]])
  })

  it('needs nothing to be durable without a ledger', () => {
    expect(new Leases(new FakeTickManager(), undefined).written()).toBeUndefined()
  })

  it('writes nothing for what is written already', async () => {
    const ledger = new TestLedger()
    const leases = new Leases(new FakeTickManager(), ledger)
    await leases.grant(agent, owner, 3_000, 7)
    await leases.grant(agent, owner, 3_000, 7)
    expect(ledger.written).toHaveLength(1)
  })

  it('grants nothing that could not be written', async () => {
    const ledger = new TestLedger(undefined, true)
    const leases = new Leases(new FakeTickManager(), ledger)
    const granted = leases.grant(agent, owner, 3_000, 7)
    await turns()
    ledger.ends[0].reject(new Error('no space left on device'))
    await expect(granted).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('no space left') as string
    })
    const again = leases.grant(agent, owner, 3_000, 7)
    await turns()
    ledger.ends[1].resolve()
    await again
  })

  it('warns that registrations wait for the disk, once a second however many do', async () => {
    const ledger = new TestLedger(undefined, true)
    const time = new FakeTickManager()
    const warn = jest.fn()
    const leases = new Leases(time, ledger, { ...silentLogger, warn })
    const refused = async (): Promise<void> => {
      const all = ['a1', 'a2'].map((id) => leases.grant(id as AgentUuid, owner, 3_000, 7))
      await turns()
      ledger.ends.at(-1)?.reject(new Error('no space left on device'))
      await Promise.allSettled(all)
    }
    await refused()
    await refused()
    const fields = { agentId: 'a1', error: 'no space left on device' }
    expect(warn.mock.calls).toEqual([[expect.stringContaining('registration waits'), fields]])
    await time.advance(1_000)
    await refused()
    expect(warn).toHaveBeenCalledTimes(2)
  })

  it('needs no disk for what is certain to be written, by the run before or by this one', async () => {
    const ledger = new TestLedger(new Map([[agent, 10_000]]), true)
    const leases = new Leases(new FakeTickManager(), ledger)
    await leases.grant(agent, owner, 10_000, 7)
    expect(ledger.written).toEqual([])

    const refused = leases.grant('a2' as AgentUuid, owner, 3_000, 7)
    const again = leases.grant(agent, owner, 3_000, 7)
    await turns()
    ledger.ends[0].reject(new Error('no space left on device'))
    await expect(refused).rejects.toMatchObject({ code: 'UNAVAILABLE', agentId: 'a2' })
    await again
    await leases.grant(agent, owner, 3_000, 7)
    expect(ledger.written).toHaveLength(1)
  })

  it('leaves nothing to an agent that is not registered after all, and what it had to one that had it before', async () => {
    const ledger = new TestLedger()
    const leases = new Leases(new FakeTickManager(), ledger)
    await leases.grant(agent, owner, 3_000, 7)
    const takeBack = [
      await leases.grant(agent, owner, 5_000, 7),
      await leases.grant('a2' as AgentUuid, owner, 3_000, 7)
    ]
    for (const each of takeBack) each()
    await turns()
    expect(ledger.written.at(-1)).toEqual([['a1', 3_000]])
  })

  it('takes nothing for certain that a write which failed may have removed', async () => {
    const ledger = new TestLedger(undefined, true)
    const leases = new Leases(new FakeTickManager(), ledger)
    const first = leases.grant(agent, owner, 3_000, 7)
    await turns()
    ledger.ends[0].resolve()
    await first
    leases.end(agent, owner)
    await turns()
    ledger.ends[1].reject(new Error('input/output error'))
    await turns()
    const again = leases.grant(agent, owner, 3_000, 7)
    await turns()
    expect(ledger.written.at(-1)).toEqual([['a1', 3_000]])
    ledger.ends[2].reject(new Error('input/output error'))
    await expect(again).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  it('asks the disk when a later run is meant, or a longer time', async () => {
    const ledger = new TestLedger()
    const leases = new Leases(new FakeTickManager(), ledger)
    await leases.grant(agent, owner, 3_000, 7)
    await leases.grant(agent, owner, 3_000, 8)
    await leases.grant(agent, owner, 3_000, 8)
    await leases.grant(agent, owner, 5_000, 8)
    expect(ledger.written).toEqual([[['a1', 3_000]], [['a1', 3_000]], [['a1', 5_000]]])
  })

  it('leaves a silent agent what it was granted, also by the run before', () => {
    const time = new FakeTickManager()
    const leases = new Leases(time, new TestLedger(new Map([[agent, 10_000]])))
    void leases.grant(agent, owner, 3_000, 7)
    expect(leases.giveUp('a2' as AgentUuid, owner, 1_000, token)).toBe(1_000 + guard)
    time.setTime(4_000)
    expect(leases.giveUp(agent, owner, 0, token)).toBe(6_000 + guard)
    time.setTime(10_000)
    expect(leases.giveUp(agent, owner, 0, token)).toBe(guard)
  })

  it('keeps a longer lease of the run before in the ledger while it may be out', async () => {
    const time = new FakeTickManager()
    const ledger = new TestLedger(new Map([[agent, 10_000]]))
    const leases = new Leases(time, ledger)
    await leases.grant(agent, owner, 3_000, 7)
    await leases.grant('a2' as AgentUuid, owner, 3_000, 7)
    expect(ledger.written.at(-1)).toEqual([
      ['a1', 10_000],
      ['a2', 3_000]
    ])
    leases.end('a2' as AgentUuid, owner)
    time.setTime(10_000)
    await turns()
    expect(ledger.written.at(-1)).toEqual([['a1', 3_000]])
  })

  it('forgets a silent agent when its time has passed, unless it is back', async () => {
    const time = new FakeTickManager()
    const ledger = new TestLedger()
    const leases = new Leases(time, ledger)
    await leases.grant(agent, owner, 3_000, 7)
    leases.giveUp(agent, owner, 0, token)
    await leases.grant(agent, owner, 3_000, 7)
    time.setTime(guard)
    await turns()
    expect(ledger.written.at(-1)).toEqual([['a1', 3_000]])
    leases.giveUp(agent, owner, 0, token)
    time.setTime(2 * guard)
    await turns()
    expect(ledger.written.at(-1)).toEqual([])
  })

  it('lengthens all when the coordinator will be away', async () => {
    const ledger = new TestLedger()
    const leases = new Leases(new FakeTickManager(), ledger)
    await leases.grant(agent, owner, 3_000, 7)
    await leases.grant('a2' as AgentUuid, owner, 60_000, 7)
    await leases.extend(10_000, 500)
    expect(ledger.written.at(-1)).toEqual([
      ['a1', 10_000],
      ['a2', 60_000]
    ])
  })

  it('names those that it has lengthened: who comes while that is written down has what is written of him', async () => {
    const ledger = new TestLedger()
    const leases = new Leases(new FakeTickManager(), ledger)
    await leases.grant(agent, owner, 3_000, 7)
    const extended = leases.extend(10_000, 500)
    const late = leases.grant('a2' as AgentUuid, owner, 3_000, 7)
    expect([...(await extended)]).toEqual(['a1'])
    await late
    expect(ledger.written.at(-1)).toEqual([
      ['a1', 10_000],
      ['a2', 3_000]
    ])
  })

  it('leaves an agent that falls silent after that the longer lease, which it may have heard of', async () => {
    const time = new FakeTickManager()
    const leases = new Leases(time, new TestLedger())
    await leases.grant(agent, owner, 3_000, 7)
    await leases.extend(10_000, 500)
    time.setTime(400)
    expect(leases.giveUp(agent, owner, 0, token)).toBe(9_600 + guard)
  })

  it('waits a hundredth longer for a long lease, for clocks go at different speeds', async () => {
    const leases = new Leases(new FakeTickManager(), new TestLedger())
    await leases.grant(agent, owner, 3_600_000, 7)
    expect(leases.giveUp(agent, owner, 3_600_000, token)).toBe(3_636_000)
  })

  it('remembers whom it gave up, also when another process that had the id since has left', async () => {
    const ledger = new TestLedger()
    const leases = new Leases(new FakeTickManager(), ledger)
    await leases.grant(agent, owner, 3_000, 7)
    leases.giveUp(agent, owner, 0, token)
    await leases.grant(agent, successor, 3_000, 7)
    leases.end(agent, successor)
    await turns()
    expect(ledger.lastVoided).toEqual([['a1', token]])
  })

  it.each([
    ['leaves', (leases: Leases) => leases.end(agent, owner)],
    ['is given up', (leases: Leases) => leases.giveUp(agent, owner, 0, token)]
  ])('leaves a process its lease that registers before the one that had its id %s', async (_how, goes) => {
    const time = new FakeTickManager()
    const ledger = new TestLedger()
    const leases = new Leases(time, ledger)
    await leases.grant(agent, owner, 3_000, 7)
    await leases.grant(agent, successor, 10_000, 7)
    goes(leases)
    time.setTime(20_000)
    await turns()
    expect(ledger.written.at(-1)).toEqual([['a1', 10_000]])
    leases.end(agent, successor)
    await turns()
    expect(ledger.written.at(-1)).toEqual([])
  })

  it('keeps the longer lease of two processes under one id', async () => {
    const ledger = new TestLedger()
    const leases = new Leases(new FakeTickManager(), ledger)
    await leases.grant(agent, owner, 3_000, 7)
    const takeBack = await leases.grant(agent, successor, 1_000, 7)
    expect(ledger.written.at(-1)).toEqual([['a1', 3_000]])
    takeBack()
    await turns()
    expect(ledger.written.at(-1)).toEqual([['a1', 3_000]])
  })
})
