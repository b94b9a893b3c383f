// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { randomBytes } from 'node:crypto'
import type { Client, Reference } from '../harness/roles'
import { frame, ZmtpPeer } from '../harness/zmtp-peer'
import { worlds } from '../harness/world'

const world = worlds()
const MIB = 1024 * 1024

const methods = 'ar au al ak cl gg cr cs cc cd cu nw ct cx zz constructor __proto__ toString'.split(' ')
const shapes = [null, 1, 'text', [], {}, [null], [[[]]], { kind: 5, request: 7 }, { uuid: {}, containers: 3 }]

/** Messages that no honest peer sends. */
const hostile: Record<string, (string | Uint8Array)[][]> = {
  'frames of nothing we know': [
    [''],
    ['', '', ''],
    ['x'],
    ['99', 'id', '{}'],
    ['-1', 'id', '{}'],
    ['1e0', 'id', '["gg",[]]'],
    ['0x1', 'id', '{}'],
    ['1', 'id'],
    Array.from({ length: 200 }, () => 'frame'),
    [randomBytes(1000), randomBytes(1000), randomBytes(1000)],
    ['1', randomBytes(300), '["gg",{}]']
  ],
  'payloads that are no JSON, or too much of it': [
    ['1', 'r1', '{"not": json'],
    ['1', 'r2', randomBytes(5000)],
    ['1', 'r3', '['.repeat(100_000)],
    ['1', 'r4', `["gg",${'['.repeat(1000)}${']'.repeat(1000)}]`],
    ['1', 'r5', `["gg",[${'0,'.repeat(300_000)}0]]`],
    ['1', 'r6', `["cs",["c","echo","${'x'.repeat(5 * MIB)}"]]`]
  ],
  'requests with parameters of wrong shapes': methods.flatMap((method) =>
    shapes.map((params, i) => ['1', `${method}-${i}`, JSON.stringify([method, params])])
  ),
  'names that poison objects': [
    ['1', 'p1', '["gg",{"kind":"__proto__","request":{"uuid":"__proto__"},"timeoutMs":1}]'],
    ['1', 'p2', '["ar",{"uuid":"__proto__","containers":[],"kinds":["constructor","__proto__"]}]'],
    ['1', 'p3', '["cs",["__proto__","constructor",{"__proto__":{"polluted":true}}]]'],
    ['1', '__proto__', '["ak",{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}]'],
    ['1', 'p4', '["cr",{"uuid":"constructor"}]']
  ],
  'answers nobody asked for': [
    ['2', 'no-such-request', '{}'],
    ['3', 'no-such-request', '{"message":5,"code":{},"stack":[]}'],
    ['4', 'event', '["a","b","c"]'],
    ['4', 'event', '{"agents":1,"containers":{}}'],
    ['6', 'pong', '"x"'],
    ['7', 'no-such-request', '-5'],
    ['9', '', '']
  ],
  'hellos of all kinds': [
    ['0', '', '{}'],
    ['0', 'x'.repeat(10_000), '{}'],
    ['0', 'peer', '{"aliveTimeout":-1}'],
    ['0', 'peer', '{"aliveTimeout":"soon","session":{}}'],
    ['0', 'peer', '{"aliveTimeout":1e300,"session":"of another"}'],
    ['0', '__proto__', '{"aliveTimeout":3,"session":"__proto__"}'],
    ['8', 'peer', '']
  ]
}

async function stillServes(client: Client, reference: Reference): Promise<void> {
  await expect(reference.request('whoami')).resolves.toMatchObject({ uuid: 'c' })
  await expect(client.get('sample', { uuid: 'c' })).resolves.toMatchObject({ uuid: 'c' })
  expect(await client.call('count', {})).toBe(1)
  expect((await client.call('agents', {})).map(({ agentId }) => agentId)).toContain('a')
}

describe.each(['coordinator', 'agent'])('the %s goes on serving others', (role) => {
  it('after bytes, frames, payloads, names, answers and hellos of hostile peers', async () => {
    const { coordinator, client, agents } = await world.current.network(['a'])
    const [agent] = agents
    const reference = await client.get('sample', { uuid: 'c' })
    const connection = await reference.connect()
    const port = role === 'coordinator' ? world.current.port : (agent.options.port as number)
    const target = role === 'coordinator' ? coordinator : agent
    const before = await target.memory()

    for (const bytes of [randomBytes(10_000), Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(0)]) {
      const peer = await ZmtpPeer.connect(port)
      peer.raw(bytes)
      await peer.flushed()
      peer.end()
    }
    for (const hello of [false, true]) {
      for (const messages of Object.values(hostile)) {
        const peer = await ZmtpPeer.dealer(port)
        if (hello) {
          peer.say('0', `hostile-${randomBytes(4).toString('hex')}`, '{"aliveTimeout":3}')
          await peer.hears(([operation]) => operation === '0', 'the answer to its hello')
        }
        for (const message of messages) peer.say(...message)
        await peer.flushed()
        await stillServes(client, reference)
        await expect(connection.request('whoami')).resolves.toMatchObject({ uuid: 'c' })
        peer.end()
      }
    }
    // A frame that claims more than it is ever going to send
    const liar = await ZmtpPeer.dealer(port)
    liar.raw(frame(Buffer.alloc(300), 0).fill(0xff, 1, 9))
    await liar.flushed()

    await stillServes(client, reference)
    await expect(connection.request('whoami')).resolves.toMatchObject({ uuid: 'c' })
    expect((await target.memory()) - before).toBeLessThan(200 * MIB)
    liar.end()
  })
})

it('a stranger that speaks protocol 1 is served, and its malformed requests are answered with codes', async () => {
  await world.current.network(['a'])
  const peer = await ZmtpPeer.dealer(world.current.port)
  peer.say('0', 'stranger', '{"aliveTimeout":3}')
  await peer.hears(([operation]) => operation === '0', 'the answer to its hello')

  peer.say('1', 'good', '["gg",{"kind":"sample","request":{"uuid":"c"}}]')
  peer.say('1', 'bad', '["gg",{"kind":5}]')
  peer.say('1', 'unknown', '["zz",{}]')

  const good = await peer.hears(([, id]) => id === 'good', 'the answer to the get')
  expect(JSON.parse(good[2])).toEqual(expect.arrayContaining(['c']))
  const bad = await peer.hears(([, id]) => id === 'bad', 'the answer to the malformed get')
  expect(bad[0]).toBe('3')
  expect(JSON.parse(bad[2])).toMatchObject({ code: 'PROTOCOL_ERROR' })
  const unknown = await peer.hears(([, id]) => id === 'unknown', 'the answer to the unknown operation')
  expect(JSON.parse(unknown[2])).toMatchObject({ code: 'UNKNOWN_OPERATION' })
  peer.end()
})
