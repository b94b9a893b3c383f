// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { getEventListeners } from 'node:events'
import type { Container } from '@hcengineering/network-core'
import { LocalAgents } from '../local-agents'
import { chat, connect, room } from './connecting'
import { host } from './hosting'
import { World } from './world'

const MANY = 100
const numbers = Array.from({ length: MANY }, (_, number) => number)

/** One container, one client, and everything that it can ask with a signal. */
async function stage(
  way: string
): Promise<{ world: World; ask: (signal: AbortSignal) => Promise<unknown>[]; answer: () => void }> {
  const world = new World()
  world.coordinator.start()
  const localAgents = way === 'local' ? new LocalAgents() : undefined
  const client = world.client('client', { localAgents })
  const hosting = await host(world, 'agent-a')
  localAgents?.add(hosting.agent)
  await world.pass()
  const container: Pick<Container, 'request' | 'stream'> = hosting.place('room')
  const connection = await connect(world, client)
  const reference = await client.get(chat, room)
  let answer = (): void => {}
  const asked = new Promise<void>((resolve) => (answer = resolve))
  container.request = async () => await asked
  container.stream = async function* () {
    await asked
    yield 1
  }
  const late = async (result: unknown): Promise<unknown> => {
    await asked
    return result
  }
  world.coordinator.answers.set('cs', async () => await late('done'))
  world.coordinator.answers.set('gg', async () => await late(['room', '', null, null]))
  const ask = (signal: AbortSignal): Promise<unknown>[] =>
    numbers.flatMap((number) => [
      connection.request('wait', number, { signal }),
      reference.request('wait', number, { signal }),
      client.get(chat, room, { signal }),
      (connection.stream?.('wait', number, { signal }) as AsyncIterator<unknown>).next()
    ])
  return { world, ask, answer }
}

describe.each(['direct', 'local'])('one AbortSignal for many calls (%s)', (way) => {
  test('is listened to once, and not at all when they are answered', async () => {
    const { world, ask, answer } = await stage(way)
    const { signal } = new AbortController()
    const asked = ask(signal)
    await world.pass()
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    answer()
    const outcomes = Promise.allSettled(asked)
    await world.pass(100)
    for (const { status } of await outcomes) expect(status).toBe('fulfilled')
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  test('ends all of them, in the order in which they were asked', async () => {
    const { world, ask } = await stage(way)
    const caller = new AbortController()
    const ended: [number, unknown][] = []
    ask(caller.signal).forEach((asked, index) =>
      asked.catch((error: { code: string }) => ended.push([index, error.code]))
    )
    await world.pass()
    caller.abort()
    await world.pass()
    expect(ended).toHaveLength(4 * MANY)
    for (const [, code] of ended) expect(code).toBe('CANCELLED')
    for (const kind of [0, 1, 2, 3]) {
      const order = ended.map(([index]) => index).filter((index) => index % 4 === kind)
      expect(order).toEqual(numbers.map((number) => 4 * number + kind))
    }
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
  })
})
