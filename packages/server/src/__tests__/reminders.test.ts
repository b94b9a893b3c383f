// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  AgentImpl,
  limits,
  NetworkImpl,
  type AgentUuid,
  type ClientUuid,
  type Container,
  type ContainerEndpointRef,
  type ContainerKind,
  type ContainerUuid
} from '@hcengineering/network-core'
import { EchoContainer, FakeTickManager } from '@hcengineering/network-core/testing'
import type { ReminderChange, ReminderStore, StoredReminder } from '../reminder-store'
import { Reminders } from '../reminders'
import { ReminderTable } from '../state/reminder-table'

const kind = 'room' as ContainerKind
const uuid = 'lobby' as ContainerUuid
const agent = 'a' as AgentUuid
const owner = { kind, options: { uuid, labels: ['red'], extra: { size: 3 } } }
const start = Date.UTC(2026, 0, 1)

/** A store in memory, which may be made to fail. */
class TestStore implements ReminderStore {
  readonly written: (readonly ReminderChange[])[] = []
  fails = false
  private readonly table: ReminderTable

  constructor(readonly reminders: StoredReminder[] = []) {
    this.table = new ReminderTable(reminders)
  }

  get content(): StoredReminder[] {
    return [...this.table]
  }

  async write(changes: readonly ReminderChange[]): Promise<void> {
    if (this.fails) throw new Error('no space left on device')
    this.written.push(changes)
    for (const change of changes) this.table.apply(change)
  }
}

/** A coordinator with reminders in virtual time, and an agent whose containers are reminded as the test says. */
class Stage {
  readonly time = new FakeTickManager()
  readonly network: NetworkImpl
  readonly reminders: Reminders
  readonly told: unknown[] = []
  readonly started: unknown[] = []
  readonly agent: AgentImpl

  constructor(
    readonly store = new TestStore(),
    private readonly reminded: () => Promise<void> = async () => {}
  ) {
    jest.spyOn(Date, 'now').mockImplementation(() => start + this.time.now())
    this.network = new NetworkImpl(this.time)
    const client = 'reminders' as ClientUuid
    const host = { network: this.network, tickManager: this.time, logger: undefined, client, retryMaxMs: undefined }
    this.reminders = new Reminders(store, host)
    const container = (): Container =>
      Object.assign(new EchoContainer(), {
        reminded: async (name: string, data: unknown) => {
          this.told.push([name, data, this.time.now()])
          await this.reminded()
        }
      })
    this.agent = new AgentImpl(
      agent,
      {
        [kind]: async (options) => {
          this.started.push(options)
          return { uuid: options.uuid ?? uuid, container: container(), endpoint: 'here' as ContainerEndpointRef }
        }
      },
      { tickManager: this.time }
    )
  }

  async register(): Promise<void> {
    await this.agent.register(this.network)
  }

  async set(name: string, options: object = {}): Promise<void> {
    await this.reminders.set(owner, { agent, uuid, name, ...options })
  }
}

const turns = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve))

describe('reminders', () => {
  afterEach(() => jest.restoreAllMocks())

  it('start the container with what it was started with before, and let it end', async () => {
    const stage = new Stage()
    await stage.register()
    await stage.set('wake', { afterMs: 1_000, data: { to: 'do' } })
    await stage.time.advance(999)
    expect(stage.told).toEqual([])
    await stage.time.advance(1)
    await turns()
    expect(stage.told).toEqual([['wake', { to: 'do' }, 1_000]])
    expect(stage.started).toEqual([owner.options])
    expect(stage.store.content).toEqual([])
    expect(stage.network.stats.references).toBe(0)
    await stage.time.advance(6_000)
    expect(await stage.agent.list()).toEqual([])
  })

  it('are on the disk when they are set, many with one write, and listed and cancelled by name', async () => {
    const stage = new Stage()
    await Promise.all(['a', 'b', 'c'].map(async (name) => await stage.set(name, { afterMs: 5_000 })))
    expect(stage.store.written).toHaveLength(1)
    expect(stage.store.content.map(({ name, at }) => [name, at - start])).toEqual([
      ['a', 5_000],
      ['b', 5_000],
      ['c', 5_000]
    ])
    const ends = await Promise.all(['b', 'b', 'x'].map(async (name) => await stage.reminders.cancel(uuid, name)))
    expect(ends).toEqual([true, false, false])
    expect(stage.reminders.list(uuid).map(({ name }) => name)).toEqual(['a', 'c'])
  })

  it('of what nobody can start any more are listed with the reason, and taken back for good', async () => {
    const stage = new Stage(new TestStore([{ uuid, kind: 'gone' as ContainerKind, name: 'old', at: start }]))
    await stage.time.advance(31_000)
    await turns()
    expect(stage.reminders.all(undefined)).toMatchObject([
      { uuid, kind: 'gone', name: 'old', failures: 1, lastError: expect.stringContaining('No agent') as string }
    ])
    expect(stage.reminders.all(kind)).toEqual([])
    expect(await stage.reminders.cancel(uuid, 'old')).toBe(true)
    expect([stage.reminders.all(undefined), stage.store.content]).toEqual([[], []])
    const { pendingGets } = stage.network.stats
    await stage.time.advance(3_600_000)
    expect(stage.network.stats.pendingGets).toBeLessThanOrEqual(pendingGets)
  })

  it('are refused when they cannot be written down, and nothing that is kept is lost', async () => {
    const stage = new Stage()
    await stage.register()
    await stage.set('kept', { afterMs: 1_000 })
    stage.store.fails = true
    const refusal = { code: 'UNAVAILABLE', message: expect.stringContaining('no space left') as string }
    await expect(stage.set('kept', { afterMs: 50_000 })).rejects.toMatchObject(refusal)
    await expect(stage.set('lost', { afterMs: 500 })).rejects.toMatchObject(refusal)
    await expect(stage.reminders.cancel(uuid, 'kept')).rejects.toMatchObject(refusal)
    await stage.time.advance(1_000)
    await turns()
    expect(stage.told).toEqual([['kept', undefined, 1_000]])
    // It came, and nobody could write that down: it comes again
    stage.store.fails = false
    await stage.time.advance(1_000)
    await turns()
    expect(stage.told).toHaveLength(2)
    expect(stage.store.content).toEqual([])
  })

  it('come again, later each time, until the container has been reminded', async () => {
    let failures = 3
    const stage = new Stage(undefined, async () => {
      if (failures-- > 0) throw new Error('not now')
    })
    await stage.register()
    await stage.set('wake')
    await stage.time.advance(20_000)
    expect(stage.told).toEqual([0, 1_000, 3_000, 7_000].map((at) => ['wake', undefined, at]))
  })

  it('that repeat keep their beat, and make up for those that were missed by one', async () => {
    const stage = new Stage()
    await stage.set('beat', { everyMs: 1_000 })
    await stage.time.advance(3_500)
    await stage.register()
    await stage.time.advance(2_000)
    expect(stage.told.map((told) => (told as unknown[])[2])).toEqual([3_500, 4_000, 5_000])
    await stage.reminders.cancel(uuid, 'beat')
    await stage.time.advance(5_000)
    expect(stage.told).toHaveLength(3)
  })

  it('of the run before come as soon as somebody can be reminded', async () => {
    const overdue = { uuid, kind, name: 'old', at: start - 60_000 }
    const stage = new Stage(new TestStore([overdue]))
    await stage.time.advance(100)
    await stage.register()
    await turns()
    expect(stage.told).toEqual([['old', undefined, 100]])
  })

  it('set anew while they come are not ended by that', async () => {
    const stage: Stage = new Stage(undefined, async () => {
      if (stage.told.length === 1) await stage.set('wake', { afterMs: 1_000 })
    })
    await stage.register()
    await stage.set('wake')
    await stage.time.advance(5_000)
    expect(stage.told.map((told) => (told as unknown[])[2])).toEqual([0, 1_000])
    expect(stage.store.content).toEqual([])
  })

  it('that are due together come a few at a time', async () => {
    let running = 0
    let most = 0
    const ends: (() => void)[] = []
    const stage = new Stage(undefined, async () => {
      most = Math.max(most, ++running)
      await new Promise<void>((resolve) => ends.push(resolve))
      running--
    })
    await stage.register()
    const count = limits.maxReminderDeliveries + 10
    for (let n = 0; n < count; n++) {
      const options = { uuid: `room-${n}` as ContainerUuid }
      await stage.reminders.set({ kind, options }, { agent, ...options, name: 'all', afterMs: 1_000 })
    }
    await stage.time.advance(1_000)
    await turns()
    expect(running).toBe(limits.maxReminderDeliveries)
    while (stage.store.content.length > 0) {
      for (const end of ends.splice(0)) end()
      await turns()
    }
    expect([most, stage.told.length]).toEqual([limits.maxReminderDeliveries, count])
  })

  it('of a time that is far away, or passes while the clock stands still, come all the same', async () => {
    const stage = new Stage()
    await stage.register()
    await stage.set('far', { at: start + 400 * 24 * 3600 * 1000 })
    let jumped = 0
    jest.spyOn(Date, 'now').mockImplementation(() => start + stage.time.now() + jumped)
    await stage.time.advance(10_000)
    jumped = 400 * 24 * 3600 * 1000
    await stage.time.advance(60_000)
    expect(stage.told).toHaveLength(1)
  })

  it('come no more when the coordinator closes', async () => {
    const stage = new Stage()
    await stage.register()
    await stage.set('wake', { afterMs: 1_000 })
    await stage.reminders.close()
    await stage.time.advance(5_000)
    expect(stage.told).toEqual([])
    expect(stage.store.content).toHaveLength(1)
  })

  it('beyond what makes sense are refused, whoever sends them', async () => {
    const stage = new Stage()
    await expect(stage.set('often', { everyMs: 1 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    const data = 'x'.repeat(limits.maxReminderDataBytes)
    await expect(stage.set('large', { data })).rejects.toMatchObject({ code: 'TOO_LARGE' })
  })
})
