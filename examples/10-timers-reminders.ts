// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// An alarm clock ticks by a timer while it is awake. Its alarm is a reminder, which the coordinator keeps on its disk: the
// clock may end, the coordinator may be restarted, and it rings all the same.
// Run it: npx tsx 10-timers-reminders.ts
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { containerOnAgentEndpointRef, createNetworkClient } from '@hcengineering/network-client'
import {
  NetworkImpl,
  TickManagerImpl,
  containerUuid,
  type ActivationContext,
  type AgentEndpointRef,
  type ClientUuid,
  type Container,
  type ContainerFactoryResult,
  type ContainerKind,
  type ContainerUuid,
  type GetOptions,
  type RequestContext
} from '@hcengineering/network-core'
import { NetworkServer, openLeaseFile, openReminderLog } from '@hcengineering/network-server'

/** What the clocks did, in order. */
const happened: string[] = []

function tell(what: string): void {
  happened.push(what)
  console.log(`  ${what}`)
}

class AlarmClock implements Container {
  private ticks = 0

  /** It begins to serve: after each start, whoever caused it. */
  activated({ timers }: ActivationContext): void {
    tell('the clock wakes up')
    timers.every(100, () => {
      this.ticks++
    })
  }

  async request(operation: string, ms?: number, _client?: ClientUuid, context?: RequestContext): Promise<unknown> {
    if (operation === 'ticks') return this.ticks
    // Resolves when it is on the coordinator's disk
    await context?.reminders.set('alarm', { afterMs: ms, data: { say: 'good morning' } })
    return (await context?.reminders.list())?.map(({ name }) => name)
  }

  /** At least once: where it must not be done twice, remember that it was done. */
  async reminded(name: string, data: { say: string }): Promise<void> {
    tell(`${name}: ${data.say}`)
  }

  async ping(): Promise<void> {}

  async terminate(): Promise<void> {
    tell('the clock ends')
  }

  connect(): void {}

  disconnect(): void {}
}

async function buyClock(
  { uuid = containerUuid() }: GetOptions,
  at?: AgentEndpointRef
): Promise<ContainerFactoryResult> {
  assert(at !== undefined)
  return { uuid, container: new AlarmClock(), endpoint: containerOnAgentEndpointRef(at, uuid) }
}

/** What it says that often, it has said. */
async function heard(what: string, times: number): Promise<void> {
  while (happened.filter((one) => one === what).length < times) await sleep(20)
}

const folder = mkdtempSync(join(tmpdir(), 'alarm-'))
const ledgerFile = join(folder, 'ledger.json')
const ticks = new TickManagerImpl(10)
ticks.start()

/** As the pod does it: the ledger, and the reminders beside it. */
async function startCoordinator(port: number): Promise<NetworkServer> {
  const ledger = await openLeaseFile(ledgerFile)
  const reminders = await openReminderLog(`${ledgerFile}.reminders`)
  // What nobody holds ends after 300 ms
  const network = new NetworkImpl(ticks, { ...ledger, timeouts: { unusedContainerSeconds: 0.3 } })
  return new NetworkServer(network, ticks, '127.0.0.1', port, { ledger, reminders })
}

let server = await startCoordinator(0)
const port = await server.ready()
const host = createNetworkClient(`127.0.0.1:${port}`)
await host.serveAgent('127.0.0.1:0', { clock: buyClock })
const client = createNetworkClient(`127.0.0.1:${port}`)
const kind = 'clock' as ContainerKind
const uuid = 'bedside' as ContainerUuid

console.log('The alarm is set, and the clock ticks:')
const clock = await client.get(kind, { uuid })
assert.deepEqual(await clock.request('set', 2500), ['alarm'])
while ((await clock.request('ticks')) < 3) await sleep(20)

console.log('Nobody holds it any more:')
await clock.close()
await heard('the clock ends', 1)

console.log('The coordinator is restarted:')
await server.close()
server = await startCoordinator(port)
await server.ready()
await heard('alarm: good morning', 1)
await heard('the clock ends', 2)

assert.deepEqual(happened, [
  'the clock wakes up',
  'the clock ends',
  'the clock wakes up',
  'alarm: good morning',
  'the clock ends'
])

await client.close()
await host.close()
await server.close()
ticks.stop()
rmSync(folder, { recursive: true })
