// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readFileSync } from 'node:fs'
import { spoken } from '../fixtures/spoken'
import { worlds } from '../harness/world'

const world = worlds()

// Else a run over another transport or protocol could pass without ever using it
it('every role speaks the transport and the protocol that the run asks for', async () => {
  const coordinator = await world.current.coordinator()
  const proxy = await world.current.proxy(world.current.port)
  proxy.record()
  const url = `127.0.0.1:${proxy.port}`
  const [agent, client] = await Promise.all([
    world.current.agent('a', { url }),
    world.current.client('client', { url })
  ])
  const connection = await (await client.get('sample', { uuid: 'c' })).connect()
  await connection.request('echo', { message: 'hello' })

  for (const { pid } of [coordinator, agent, client]) {
    expect(/zeromq\S*\.node$/m.test(readFileSync(`/proc/${pid}/maps`, 'utf8'))).toBe(spoken.transport === 'zeromq')
  }
  // A registration and a get are JSON arrays in protocol 1 only
  const asJson = new Set([...proxy.text().matchAll(/\["(ar|gg)",/g)].map(([, operation]) => operation))
  expect([...asJson]).toEqual(spoken.protocol === 1 ? ['ar', 'gg'] : [])
})
