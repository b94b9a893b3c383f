// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { worlds } from '../harness/world'

const world = worlds()
const CONTAINERS = 10_000

it(`${CONTAINERS} containers on two agents: each found, all listed, and all gone when released`, async () => {
  const { client, agents } = await world.current.network(['a', 'b'], { timeouts: { unusedContainerSeconds: 0.5 } })
  await world.current.until(async () => (await client.call('agents', {})).length === 2, 'both agents are there')
  const uuids = Array.from({ length: CONTAINERS }, (_, i) => `c${i}`)

  const references = await client.call('getMany', { kind: 'sample', uuids }, 60_000)

  expect(references).toHaveLength(CONTAINERS)
  expect(await client.call('count', { kind: 'sample' })).toBe(CONTAINERS)
  expect(await client.call('count', {})).toBe(CONTAINERS)
  const hosted = await client.call('agents', {})
  expect(hosted.map(({ containers }) => containers)).toEqual([CONTAINERS / 2, CONTAINERS / 2])
  const calls = [0, 1, CONTAINERS / 2, CONTAINERS - 1].map((number) => ({
    target: { reference: references[number] },
    operation: 'whoami'
  }))
  const answers = await client.requestMany(calls)
  expect(answers).toMatchObject([0, 1, CONTAINERS / 2, CONTAINERS - 1].map((n) => ({ value: { uuid: `c${n}` } })))

  await client.call('closeReferences', { numbers: references }, 60_000)

  for (const agent of agents) {
    const gone = async (): Promise<boolean> => (await agent.call('containers', {})).length === 0
    await world.current.until(gone, `no container is left on agent ${agent.name}`)
  }
  expect(await client.call('count', {})).toBe(0)
  expect(world.current.journal.entries({ what: 'started' })).toHaveLength(CONTAINERS)
  expect(world.current.journal.entries({ what: 'terminated' })).toHaveLength(CONTAINERS)
})
