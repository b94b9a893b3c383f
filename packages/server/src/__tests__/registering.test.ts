// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BackRPCClient, MemoryNetwork } from '@hcengineering/network-backrpc'
import {
  AgentImpl,
  NetworkImpl,
  type ActivationToken,
  type AgentUuid,
  type ClientUuid,
  type ContainerEndpointRef,
  type ContainerKind,
  type ContainerUuid
} from '@hcengineering/network-core'
import { EchoContainer, EchoFactory, FakeTickManager } from '@hcengineering/network-core/testing'
import { NetworkServer } from '../network-server'
import type { LeaseLedger } from '../lease-ledger'
import { openLeaseFile } from '../storage/lease-file'

const room = 'room' as ContainerKind
const u = 'u' as ContainerUuid

/** As long as disks and messages may take here. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 30; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** A coordinator, and a client that registers agents at it and answers by `handle`. */
class Rig {
  readonly ticks = new FakeTickManager()
  readonly network: NetworkImpl
  readonly server: NetworkServer
  readonly asked: string[] = []
  private readonly memory = new MemoryNetwork()
  private client: BackRPCClient<ClientUuid> | undefined

  constructor(ledger?: LeaseLedger) {
    this.network = new NetworkImpl(this.ticks, ledger === undefined ? {} : { epoch: ledger.epoch })
    const probePort = async (): Promise<'unknown'> => 'unknown'
    const options = { transport: this.memory, probePort, ...(ledger === undefined ? {} : { ledger }) }
    this.server = new NetworkServer(this.network, this.ticks, 'localhost', 3737, options)
  }

  handle: (method: string) => unknown = () => 'ok'

  async register(uuid: string, kinds: string[], containers: object[] = []): Promise<unknown> {
    this.client ??= await this.connected()
    return await this.client.request('ar', { uuid, kinds, containers })
  }

  async close(): Promise<void> {
    this.client?.close()
    await settled()
    await this.server.close()
    await this.network.close()
  }

  private async connected(): Promise<BackRPCClient<ClientUuid>> {
    await this.server.ready()
    const requestHandler = async (
      method: string,
      _params: unknown,
      send: (answer: unknown) => unknown
    ): Promise<void> => {
      this.asked.push(method)
      await send(await this.handle(method))
    }
    const options = { transport: this.memory }
    const client = new BackRPCClient<ClientUuid>(
      'owner' as ClientUuid,
      { requestHandler },
      'localhost',
      3737,
      this.ticks,
      options
    )
    await client.waitConnection()
    return client
  }
}

const record = (uuid: string, kind: string, token: ActivationToken, more: object = {}): object => {
  return { uuid, agentId: 'a1', endpoint: `${uuid}@a1`, kind, lastVisit: 0, token, ...more }
}

describe('the registration of an agent', () => {
  it('names what is not its own any more, and leaves it what was started there while its answer waited', async () => {
    const rig = new Rig()
    let open = (): void => {}
    const gate = new Promise<void>((resolve) => (open = resolve))
    rig.handle = async (method) => {
      if (method === 'cx') await gate
      return method === 'gg' ? ['u', 'new@a1'] : 'ok'
    }
    await rig.register('a0', [])
    const a2 = new AgentImpl('a2' as AgentUuid, { room: new EchoFactory().create }, { tickManager: rig.ticks })
    const served = new EchoContainer()
    a2.addStatelessContainer('s' as ContainerUuid, 'svc' as ContainerKind, 's@a2' as ContainerEndpointRef, served)
    await a2.register(rig.network)
    rig.network.addClient('c' as ClientUuid)
    await rig.network.get('c' as ClientUuid, room, { uuid: u })
    const old = { epoch: 1, counter: 1 }
    const answer = rig.register(
      'a1',
      ['room'],
      [record('u', 'room', old), record('s', 'svc', old, { stateless: true })]
    )
    await settled()
    await rig.network.unregister('a2' as AgentUuid)
    await settled()
    expect(rig.asked).toEqual(expect.arrayContaining(['cx', 'gg']))
    open()
    // By its token in the list it knows that this is not what it has now
    expect(await answer).toMatchObject({ terminate: ['u'] })
    expect(await rig.network.list(room)).toMatchObject([{ uuid: 'u', agentId: 'a1' }])
    await rig.close()
  })

  describe('with tokens from anybody', () => {
    let folder: string

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'registering-'))
    })

    afterEach(() => rmSync(folder, { recursive: true }))

    it.each([2 ** 51, 2 ** 52, Number.MAX_SAFE_INTEGER])(
      'leaves a ledger that can be read, with epoch %d',
      async (epoch) => {
        const path = join(folder, 'ledger')
        const rig = new Rig(await openLeaseFile(path))
        await rig.register('a1', ['room'], [record('u', 'room', { epoch, counter: 1 })]).catch(() => {})
        await rig.register('a2', ['room'])
        await rig.close()
        for (let run = 0; run < 3; run++) {
          const { epoch: next } = await openLeaseFile(path)
          expect(next).toBeLessThan(2 ** 52)
        }
      }
    )
  })
})
