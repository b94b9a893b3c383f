// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// Errors have codes, and say whether calling again is safe. An agent is killed in the middle of a request to see both
// what cannot be known, and what `idempotent` does about it.
// Run it: npx tsx 05-error-handling-retry.ts
import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { containerOnAgentEndpointRef, createNetworkClient } from '@hcengineering/network-client'
import {
  NetworkError,
  NetworkImpl,
  TickManagerImpl,
  containerUuid,
  type Container,
  type ContainerFactory,
  type ContainerKind,
  type ContainerUuid,
  type ErrorCode
} from '@hcengineering/network-core'
import { NetworkServer } from '@hcengineering/network-server'

class Shop implements Container {
  async request(operation: string, data?: unknown): Promise<unknown> {
    switch (operation) {
      case 'pay':
        throw Object.assign(new Error(`No ${data} left on this card`), { code: 'NO_FUNDS' })
      case 'slow':
        return await new Promise(() => {}) // never answers
      case 'die once':
        // The first time it takes its whole process with it, in the middle of the request
        if (process.env.FIRST === 'yes') process.kill(process.pid, 'SIGKILL')
        return `answered by process ${process.pid}`
      default:
        return operation
    }
  }

  async ping(): Promise<void> {}

  async terminate(): Promise<void> {}

  connect(): void {}

  disconnect(): void {}
}

const makeShop: ContainerFactory = async ({ uuid = containerUuid() }, agentEndpoint) => {
  assert(agentEndpoint !== undefined)
  return { uuid, container: new Shop(), endpoint: containerOnAgentEndpointRef(agentEndpoint, uuid) }
}

/** The agent's process: this same file, started with the coordinator's address. */
async function agentProcess(address: string): Promise<void> {
  // Nothing is left behind when the example fails
  process.once('disconnect', () => process.exit())
  if (!process.connected) process.exit()
  const host = createNetworkClient(address)
  await host.serveAgent('127.0.0.1:0', {
    shop: makeShop,
    broken: async () => {
      throw new Error('the database is not there')
    }
  })
  process.send?.('ready')
  await new Promise((resolve) => process.once('message', resolve))
  await host.close()
  process.disconnect()
}

async function startAgent(address: string, first: boolean): Promise<ChildProcess> {
  const child = fork(import.meta.filename, [address], { env: { ...process.env, FIRST: first ? 'yes' : 'no' } })
  await new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', () => reject(new Error('the agent ended before it was ready')))
  })
  return child
}

/** Repeats a get, which is always safe to repeat, with growing pauses, until `patienceMs` are over. */
async function withRetry<T>(call: () => Promise<T>, patienceMs: number): Promise<T> {
  const end = performance.now() + patienceMs
  for (let attempt = 1, delayMs = 50; ; attempt++, delayMs *= 2) {
    try {
      return await call()
    } catch (error) {
      // Of a request the deadline would leave open whether it was executed; a get only waits for what it asked for
      const again = error instanceof NetworkError && (error.retryable || error.code === 'DEADLINE_EXCEEDED')
      if (!again || performance.now() + delayMs > end) throw error
      console.log(`  attempt ${attempt}: ${error.code}, so again in ${error.retryAfterMs ?? delayMs} ms`)
      await pause(error.retryAfterMs ?? delayMs)
    }
  }
}

/** Indented lines of at most 80 columns. */
const wrapped = (text: string): string => text.replace(/(.{1,78})(\s+|$)/g, '  $1\n').trimEnd()

/** Expects a call to fail with that code, and shows the error. */
async function expectError(code: ErrorCode, call: Promise<unknown>): Promise<NetworkError> {
  const error = await call.then(
    () => assert.fail(`${code} was expected`),
    (thrown: unknown) => thrown
  )
  assert(error instanceof NetworkError, String(error))
  console.log(wrapped(`${error.code}${error.retryable ? ' (retryable)' : ''}: ${error.message}`))
  assert.equal(error.code, code)
  return error
}

async function main(): Promise<void> {
  const ticks = new TickManagerImpl(10)
  ticks.start()
  const server = new NetworkServer(new NetworkImpl(ticks), ticks, '127.0.0.1', 0)
  const address = `127.0.0.1:${await server.ready()}`
  const client = createNetworkClient(address)
  const kind = 'shop' as ContainerKind
  const uuid = 'corner-shop' as ContainerUuid

  console.log('Nobody offers the kind yet: retryable, and an agent comes up meanwhile')
  const starting = pause(300).then(async () => await startAgent(address, true))
  const shop = await withRetry(async () => await client.get(kind, { uuid }, { timeoutMs: 200 }), 20_000)
  const first = await starting

  console.log('The container throws: its message and its code, for its caller only')
  const remote = await expectError('REMOTE_ERROR', shop.request('pay', 100))
  assert.equal(remote.remoteCode, 'NO_FUNDS')
  assert.equal(remote.retryable, false)

  console.log('It does not answer: every call has a deadline, this one 200 ms')
  await expectError('DEADLINE_EXCEEDED', shop.request('slow', undefined, { timeoutMs: 200 }))

  console.log('The factory throws: nothing is left behind, and the next get tries anew')
  await expectError('START_FAILED', client.get('broken' as ContainerKind, {}))

  console.log('A uuid names one container in the whole network, whatever its kind')
  await expectError('KIND_MISMATCH', client.get('broken' as ContainerKind, { uuid }))

  console.log('Its process is killed during a request: executed or not? Nobody can tell')
  const second = await startAgent(address, true)
  await expectError('OUTCOME_UNKNOWN', shop.request('die once'))
  assert.equal(first.signalCode ?? (await exited(first)), 'SIGKILL')

  console.log('Marked idempotent it is asked again, of the container that was started elsewhere')
  const third = await startAgent(address, false)
  const answer = await shop.request('die once', undefined, { idempotent: true })
  console.log(`  ${answer}`)
  assert.equal(answer, `answered by process ${third.pid}`)
  assert.equal(second.signalCode ?? (await exited(second)), 'SIGKILL')

  await shop.close()
  await client.close()
  third.send('stop')
  assert.equal(await exited(third), 0)
  await server.close()
  ticks.stop()
}

/** The exit code or signal with which a process ended, or will. */
async function exited(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode
  return await new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)))
}

const coordinatorAddress = process.argv[2]
await (coordinatorAddress === undefined ? main() : agentProcess(coordinatorAddress))
