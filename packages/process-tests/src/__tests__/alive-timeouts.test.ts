// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { worlds } from '../harness/world'

const world = worlds()

it('an agent that asked for 3600 s is waited for while one that asked for 1 s is replaced', async () => {
  await world.current.coordinator({ timeouts: { aliveSeconds: 1 } })
  const [patient, hasty, client] = await Promise.all([
    world.current.agent('patient', { aliveTimeoutSeconds: 3600, kinds: ['sample'] }),
    world.current.agent('hasty', { aliveTimeoutSeconds: 1, kinds: ['other'] }),
    world.current.client('client', { aliveTimeoutSeconds: 3600 })
  ])
  const kept = await client.get('sample', { uuid: 'kept' })
  const moved = await client.get('other', { uuid: 'moved' })

  await patient.pause()
  await hasty.pause()
  const substitute = await world.current.agent('substitute', { kinds: ['sample', 'other'] })
  const waiting = kept.request('whoami', {}, { timeoutMs: 0 })
  await substitute.has({ what: 'started', uuid: 'moved' })
  await expect(moved.request('whoami')).resolves.toMatchObject({ agentId: 'substitute' })
  // A third paused for longer than any default: by its end the first would have been given up too
  const usual = await world.current.agent('usual', { kinds: ['opaque'], aliveTimeoutSeconds: 4 })
  await client.get('opaque', { uuid: 'gone' })
  await usual.pause()
  await world.current.until(
    async () => !(await client.call('agents', {})).some(({ agentId }) => agentId === 'usual'),
    'the agent with 4 s is given up'
  )
  expect((await client.call('agents', {})).map(({ agentId }) => agentId)).toContain('patient')

  patient.resume()

  await expect(waiting).resolves.toMatchObject({ agentId: 'patient' })
  expect(world.current.journal.entries({ what: 'started', uuid: 'kept' })).toHaveLength(1)
})

it('a client that asked for 3600 s keeps its holds through a pause that ends those of one that asked for 1 s', async () => {
  const { agents } = await world.current.network(['a'], { timeouts: { unusedContainerSeconds: 0.5, aliveSeconds: 1 } })
  const [agent] = agents
  const patient = await world.current.client('patient', { aliveTimeoutSeconds: 3600 })
  const hasty = await world.current.client('hasty', { aliveTimeoutSeconds: 1 })
  const kept = await patient.get('sample', { uuid: 'kept' })
  const lost = await hasty.get('sample', { uuid: 'lost' })

  await patient.pause()
  await hasty.pause()
  await agent.has({ what: 'terminated', uuid: 'lost' })
  patient.resume()
  hasty.resume()

  await expect(kept.request('whoami')).resolves.toMatchObject({ uuid: 'kept' })
  expect(world.current.journal.entries({ what: 'started', uuid: 'kept' })).toHaveLength(1)
  // A paused process that wakes up continues: its reference brings the container back
  await expect(lost.request('whoami')).resolves.toMatchObject({ uuid: 'lost' })
})
