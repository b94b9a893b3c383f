// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkImpl } from '@hcengineering/network-core'
import { FakeTickManager } from '@hcengineering/network-core/testing'
import { expectRefused } from '@hcengineering/network-rig/bad-arguments'
import { NetworkServer, openLeaseFile, openReminderLog } from '../index'

/** As who writes JavaScript, or casts, may give it. */
type Any = never

const ticks = new FakeTickManager()
/** Those that were made all the same. */
const made: NetworkServer[] = []
const server = (options: unknown, port: unknown = 0, host: unknown = '127.0.0.1'): NetworkServer => {
  const one = new NetworkServer(new NetworkImpl(ticks), ticks, host as Any, port as Any, options as Any)
  made.push(one)
  return one
}

afterAll(async () => {
  await Promise.all(made.map(async ({ rpcServer }) => await rpcServer.close()))
})

const rows: [string, () => unknown, string][] = [
  ['a server of no network', () => new NetworkServer(null as Any, ticks), 'network'],
  ['a server of options in place of a network', () => new NetworkServer({} as Any, ticks), 'network'],
  ['a server without time', () => new NetworkServer(new NetworkImpl(ticks), null as Any), 'tickManager'],
  ['a server with a port that is text', async () => await server({}, 'http').ready(), 'port'],
  ['a server with a host that is a number', async () => await server({}, 0, 3737).ready(), "'3737' is not a host"],
  ['options null', () => server(null), 'the options of a server must be an object, got null'],
  ['a logger null', () => server({ logger: null }), 'logger'],
  ['a transport that is not there', () => server({ transport: 'udp' }), 'transport'],
  ['limits null', () => server({ limits: null }), 'limits'],
  ['a protocol of the future', () => server({ protocol: 7 }), 'protocol'],
  ['a time to drain that is text', () => server({ drainTimeoutMs: '5s' }), 'drainTimeoutMs'],
  ['a ledger that is a path', () => server({ ledger: '/ledger' }), 'ledger'],
  ['reminders null', () => server({ reminders: null }), 'reminders'],
  ['a time between deliveries that is text', () => server({ reminderRetryMaxMs: '5s' }), 'reminderRetryMaxMs'],
  ['a probe that is none', () => server({ probePort: true }), 'probePort'],
  ['a lease file nowhere', async () => await openLeaseFile(undefined as Any), 'path'],
  ['a reminder log nowhere', async () => await openReminderLog(null as Any), 'path'],
  [
    'a reminder log with options null',
    async () => await openReminderLog('x', null as Any),
    'the options of a reminder log'
  ],
  ['a reminder log with a logger that is none', async () => await openReminderLog('x', { logger: 1 as Any }), 'logger']
]

describe('what cannot be meant is INVALID_ARGUMENT, and named', () => {
  test.each(rows)('%s', async (_what, call, named) => {
    await expectRefused(call, named)
  })
})
