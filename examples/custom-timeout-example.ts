// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// Timeouts where they belong: of one call, of one kind of container, of one client. The last is what lets you stop at a
// breakpoint for minutes without being taken for dead.
// Run it: npx tsx custom-timeout-example.ts
import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { containerOnAgentEndpointRef, createNetworkClient } from '@hcengineering/network-client'
import {
  NetworkError,
  NetworkEventKind,
  NetworkImpl,
  TickManagerImpl,
  containerUuid,
  type Container,
  type ContainerFactory,
  type ContainerKind,
  type ContainerUuid
} from '@hcengineering/network-core'
import { NetworkServer } from '@hcengineering/network-server'

const kind = 'notepad' as ContainerKind

/** Keeps a note as long as it lives. */
class Notepad implements Container {
  private note = 'nothing'

  async request(operation: string, data?: unknown): Promise<unknown> {
    if (operation === 'write') this.note = String(data)
    if (operation === 'think') await pause(Number(data))
    return this.note
  }

  async ping(): Promise<void> {}

  async terminate(): Promise<void> {}

  connect(): void {}

  disconnect(): void {}
}

const makeNotepad: ContainerFactory = async ({ uuid = containerUuid() }, agentEndpoint) => {
  assert(agentEndpoint !== undefined)
  return { uuid, container: new Notepad(), endpoint: containerOnAgentEndpointRef(agentEndpoint, uuid) }
}

/** A client in a process of its own, which then stands still for 3 s as at a breakpoint. */
async function pausedClient(address: string, uuid: ContainerUuid, aliveTimeoutSeconds: number): Promise<void> {
  // Nothing is left behind when the example fails
  process.once('disconnect', () => process.exit())
  if (!process.connected) process.exit()
  const client = createNetworkClient(address, aliveTimeoutSeconds)
  const notepad = await client.get(kind, { uuid })
  await notepad.request('write', 'buy milk')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000)
  // Awake again: a reference works whatever happened meanwhile
  process.send?.(await notepad.request('read', undefined, { idempotent: true }))
  await client.close()
  process.disconnect()
}

const answerOf = async (child: ChildProcess): Promise<unknown> =>
  await new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', () => reject(new Error('a client ended without an answer')))
  })

async function main(): Promise<void> {
  const ticks = new TickManagerImpl(10)
  ticks.start()
  // Of one kind: a notepad that nobody holds is terminated after half a second rather than after 5
  const network = new NetworkImpl(ticks, { timeouts: { unusedContainerSecondsByKind: { [kind]: 0.5 } } })
  const server = new NetworkServer(network, ticks, '127.0.0.1', 0)
  const address = `127.0.0.1:${await server.ready()}`
  const host = createNetworkClient(address)
  await host.serveAgent('127.0.0.1:0', { [kind]: makeNotepad })

  console.log('Of one call: the container thinks for half a second')
  const client = createNetworkClient(address)
  const notepad = await client.get(kind, {})
  const impatient = await notepad.request('think', 500, { timeoutMs: 100 }).catch((error: unknown) => error)
  assert(impatient instanceof NetworkError)
  console.log(`  with timeoutMs: 100, ${impatient.code}`)
  assert.equal(impatient.code, 'DEADLINE_EXCEEDED')
  console.log(`  without, the default of 30 s, it says: ${await notepad.request('think', 500)}`)

  console.log('Of one kind: released, the container is gone after half a second')
  const gone = new Promise<void>((resolve) => {
    const stop = client.onUpdate(async ({ containers }) => {
      if (
        !containers.some(
          ({ container, event }) => container.uuid === notepad.uuid && event === NetworkEventKind.removed
        )
      )
        return
      stop()
      resolve()
    })
  })
  const released = performance.now()
  await notepad.close()
  await gone
  console.log(`  it took ${Math.round(performance.now() - released)} ms`)

  console.log('Of one client: two write a note and stand still for 3 s')
  const watchful = fork(import.meta.filename, [address, 'note-1', '1'])
  const debugged = fork(import.meta.filename, [address, 'note-2', '3600'])
  const [ofWatchful, ofDebugged] = await Promise.all([answerOf(watchful), answerOf(debugged)])
  console.log(`  alive timeout 1 s: taken for dead; a new notepad says: ${ofWatchful}`)
  console.log(`  alive timeout 3600 s: waited for; its notepad says: ${ofDebugged}`)
  assert.equal(ofWatchful, 'nothing')
  assert.equal(ofDebugged, 'buy milk')

  await client.close()
  await host.close()
  await server.close()
  ticks.stop()
}

const [address, uuid, aliveTimeoutSeconds] = process.argv.slice(2)
if (address === undefined) await main()
else await pausedClient(address, uuid as ContainerUuid, Number(aliveTimeoutSeconds))
