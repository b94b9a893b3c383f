// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { numbered, tally } from '../harness/outcomes'
import { worlds } from '../harness/world'

const world = worlds()
const REQUESTS = 200

/** Requests that are answered only once all of them have arrived. */
describe(`${REQUESTS} parallel requests of one client to a container that waits for all of them`, () => {
  it.each(['the reference', 'a connection', 'the client'])('are answered through %s', async (way) => {
    const { client } = await world.current.network(['a'])
    const reference = await client.get('sample', { uuid: 'c' })
    const target =
      way === 'the client'
        ? { uuid: 'c' }
        : way === 'a connection'
          ? (await reference.connect()).target
          : reference.target
    const calls = numbered(target, 'barrier', REQUESTS, 'b').map((call) => ({
      ...call,
      data: { ...(call.data as object), count: REQUESTS }
    }))

    const outcomes = await client.requestMany(calls)

    expect(tally(outcomes)).toEqual({ answered: REQUESTS })
    expect(outcomes.map((outcome) => 'value' in outcome && outcome.value)).toEqual(
      Array.from({ length: REQUESTS }, (_, i) => `b-${i}`)
    )
  })
})
