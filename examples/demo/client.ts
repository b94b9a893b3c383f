// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// The client's process: the main job, step by step, each step checked. Argument: the coordinator's address.
import assert from 'node:assert/strict'
import { createNetworkClient } from '@hcengineering/network-client'
import type { ContainerKind, ContainerUuid } from '@hcengineering/network-core'
import { endWithParent, release, tell, told } from './messages.ts'

const kind = 'counter' as ContainerKind
const parallelRequests = 1000

/** Runs a step and says how long it took. */
async function step<T>(title: string, work: () => Promise<T>, show: (result: T) => string): Promise<T> {
  const started = performance.now()
  const result = await work()
  const elapsed = (performance.now() - started).toFixed(1).padStart(6)
  console.log(`${elapsed} ms  ${title}: ${show(result)}`)
  return result
}

endWithParent()
console.log(`process ${process.pid} knows one address: ${process.argv[2]}`)
const client = createNetworkClient(process.argv[2])
const other = createNetworkClient(process.argv[2])
await step(
  'connected',
  async () => await client.waitConnection(5000),
  () => 'twice, as two clients'
)

// By uuid: one container in the whole network
const uuid = 'visits' as ContainerUuid
const counter = await step(
  'get by uuid',
  async () => await client.get(kind, { uuid }),
  () => `'${uuid}' was started on demand`
)
const same = await step(
  'get by uuid',
  async () => await other.get(kind, { uuid }),
  () => 'the other client finds the same'
)
const home = String(await step('request', async () => await same.request('where'), String))

// By label: whatever carries it
const labels = ['city:oslo']
const byLabel = await step(
  'get by label',
  async () => await client.get(kind, { labels }),
  () => `one for ${labels}`
)
const again = await other.get(kind, { labels })
assert.equal(again.uuid, byLabel.uuid)

// Events, over a connection
const events: string[] = []
const gaps: string[] = []
let changed = (): void => {}
const connection = await counter.connect()
connection.on = async (event) => {
  events.push(String(event))
  changed()
}
connection.onGap = ({ reason }) => gaps.push(reason)
async function heard(count: number): Promise<string> {
  while (events.length < count) await new Promise<void>((resolve) => (changed = resolve))
  return events.slice(-3).join(', ')
}
await step(
  'events',
  async () => {
    for (let count = 0; count < 3; count++) await same.request('count')
    return await heard(3)
  },
  (text) => text
)
assert.deepEqual(events, [`1 on ${home}`, `2 on ${home}`, `3 on ${home}`])
await step(
  `${parallelRequests} requests at once`,
  async () =>
    await Promise.all(Array.from({ length: parallelRequests }, async () => await connection.request('count'))),
  (counts) => `counted to ${Math.max(...counts)}`
)
await heard(3 + parallelRequests)
assert.deepEqual(
  events,
  events.map((_event, index) => `${index + 1} on ${home}`)
)

// The crash
console.log(`kill -9 ${home}, which hosts '${uuid}'`)
tell({ type: 'kill', agent: home })
const { at } = await told('killed')
const afterKill = (what: string): void =>
  console.log(`${(Date.now() - at).toFixed(1).padStart(6)} ms  after it ${what}`)
const refuge = String(await counter.request('where', undefined, { idempotent: true }))
afterKill(`the same reference answers, from ${refuge}`)
assert.notEqual(refuge, home)
const before = events.length
await connection.request('count', undefined, { idempotent: true })
afterKill('the same connection answers')
await heard(before + 1)
afterKill(`its handler hears: ${events.at(-1)}`)
assert.equal(events.at(-1), `1 on ${refuge}`)
assert.equal(gaps.length, 1)
console.log('(it counts from 1: what must survive, a container keeps in a store)')

for (const closing of [connection, counter, same, byLabel, again, client, other]) await closing.close()
console.log('closed')
release()
