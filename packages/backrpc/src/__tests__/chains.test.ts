// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { CallChain, ContainerUuid } from '@hcengineering/network-core'
import type { CallContext } from '../runtime/call-context'
import { Backlog } from '../session/backlog'
import { Outbox } from '../session/outbox'
import { RequestTable } from '../session/request-table'
import { defaultSessionLimits } from '../session/session-limits'
import { StreamTable } from '../session/stream-table'
import { Body } from '../wire/body'
import { decode } from '../wire/codec'
import { protocol1, protocol2, type ProtocolVersion } from '../wire/version'
import { transports, type Rig } from './rig'

const chain: CallChain = [
  { uuid: 'a' as ContainerUuid, operation: 'move', turn: 't1' },
  { uuid: 'p' as ContainerUuid, operation: 'pass', turn: '' }
]

describe.each(transports)('calls for which a request is made, over %s', (name, makeRig) => {
  const told = name.includes('protocol 1') ? undefined : chain
  let rig: Rig
  beforeEach(() => (rig = makeRig()))
  afterEach(async () => await rig.close())

  it('are told to who can hear it, both ways', async () => {
    const heard: unknown[] = []
    const handle = async (send: (answer: unknown) => Promise<void>, context: CallContext): Promise<void> => {
      heard.push(context.chain)
      await send('ok')
    }
    const { server, port } = await rig.server({
      requestHandler: async (_client, _method, _params, send, context) => await handle(send, context)
    })
    const client = rig.client('c', port, {
      requestHandler: async (_method, _params, send, context) => await handle(send, context)
    })
    await client.request('m', 1, { chain })
    await client.request('m', 1)
    await server.request('c', 'm', 1, { chain })
    expect(heard).toEqual([told, undefined, told])
  })
})

describe('Outbox', () => {
  it.each<[ProtocolVersion, CallChain | undefined]>([
    [protocol1, undefined],
    [{ major: 2, minor: 1 }, undefined],
    [protocol2, chain]
  ])('in %j tells no more than that knows', (protocol, told) => {
    const requests = new RequestTable<undefined>('c', defaultSessionLimits)
    const backlog = new Backlog(defaultSessionLimits, true)
    const outbox = new Outbox(requests, backlog, new StreamTable(1))
    outbox.gate = 'open'
    outbox.protocol = protocol
    const body = Body.of(1)
    requests.add({ method: 'm', body, tag: undefined, resend: false, early: false, timeoutMs: 0, chain }, 0)
    const message = decode(outbox.peek(0)?.frames ?? [])
    expect(message).toMatchObject({ kind: 'request' })
    expect((message as { chain?: CallChain }).chain).toEqual(told)
  })
})
