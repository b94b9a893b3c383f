// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// State that outlives every process, in plain files. Each activation of a container has a token larger than any before, and
// writes a file of its own that is named by it; the file with the largest token is the state. So one that stood still, was
// given up and goes on later may write what it likes: nobody reads it. An agent is killed to see the first, another is paused
// to see the second.
// Run it: npx tsx 12-lasting-state.ts
import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { containerOnAgentEndpointRef, createNetworkClient } from '@hcengineering/network-client'
import {
  NetworkImpl,
  TickManagerImpl,
  compareTokens,
  type ActivationContext,
  type ActivationToken,
  type Container,
  type ContainerFactory,
  type ContainerKind,
  type ContainerUuid
} from '@hcengineering/network-core'
import { NetworkServer } from '@hcengineering/network-server'

/** The state of one container: a folder that every agent reaches, on a shared disk where they run on several machines. */
class StateFiles<T> {
  private readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** What the latest activation has written. */
  async read(): Promise<T | undefined> {
    const latest = (await this.tokens()).at(-1)
    return latest === undefined ? undefined : (JSON.parse(await readFile(this.fileOf(latest), 'utf8')) as T)
  }

  /** Resolves when it is on the disk: a crash leaves the state before or this one, never half of it. One call at a time. */
  async write(token: ActivationToken, state: T): Promise<void> {
    await mkdir(this.folder, { recursive: true })
    const file = this.fileOf(token)
    await writeFile(`${file}.new`, JSON.stringify(state), { flush: true })
    await rename(`${file}.new`, file)
    const overtaken = (await this.tokens()).filter((one) => compareTokens(one, token) < 0)
    for (const one of overtaken) await rm(this.fileOf(one), { force: true })
  }

  private async tokens(): Promise<ActivationToken[]> {
    const names = await readdir(this.folder).catch(() => [])
    const tokens = names.flatMap((name) => {
      const [, epoch, counter] = /^(\d+)-(\d+)\.json$/.exec(name) ?? []
      return epoch === undefined ? [] : [{ epoch: Number(epoch), counter: Number(counter) }]
    })
    return tokens.sort(compareTokens)
  }

  private fileOf({ epoch, counter }: ActivationToken): string {
    return join(this.folder, `${epoch}-${counter}.json`)
  }
}

/** Answers a deposit when it is written. */
class Account implements Container {
  private readonly files: StateFiles<number>
  private balance: number
  private activation: ActivationContext | undefined
  /** Deposits that come together are written one after the other. */
  private written: Promise<void> = Promise.resolve()

  constructor(files: StateFiles<number>, balance: number) {
    this.files = files
    this.balance = balance
  }

  activated(context: ActivationContext): void {
    this.activation = context
    // What a container does on its own asks nobody: this writes nonsense when its process has stood still
    let last = performance.now()
    setInterval(() => {
      const stoodStill = performance.now() - last > 1_000
      last = performance.now()
      if (stoodStill) void this.save(-1).then(() => process.send?.('has written'))
    }, 100).unref()
  }

  async request(operation: string, data?: unknown): Promise<number> {
    if (operation === 'deposit') {
      this.balance += Number(data)
      await this.save(this.balance)
    }
    return this.balance
  }

  private async save(balance: number): Promise<void> {
    const token = this.activation?.token
    assert(token !== undefined)
    this.written = this.written.then(async () => {
      await this.files.write(token, balance)
    })
    await this.written
  }

  async ping(): Promise<void> {}

  async terminate(): Promise<void> {
    await this.written
  }

  connect(): void {}

  disconnect(): void {}
}

/** The agent's process: this same file, started with the coordinator's address and the folder. */
async function agentProcess(address: string, folder: string): Promise<void> {
  // Nothing is left behind when the example fails
  process.once('disconnect', () => process.exit())
  if (!process.connected) process.exit()
  const makeAccount: ContainerFactory = async ({ uuid }, agentEndpoint) => {
    assert(uuid !== undefined && agentEndpoint !== undefined)
    // A uuid may come from anybody
    const files = new StateFiles<number>(join(folder, encodeURIComponent(uuid)))
    const container = new Account(files, (await files.read()) ?? 0)
    return { uuid, container, endpoint: containerOnAgentEndpointRef(agentEndpoint, uuid) }
  }
  const host = createNetworkClient(address)
  await host.serveAgent('127.0.0.1:0', { account: makeAccount })
  process.send?.('ready')
}

async function startAgent(address: string, folder: string): Promise<ChildProcess> {
  const child = fork(import.meta.filename, [address, folder])
  await heard(child, 'ready')
  return child
}

/** Resolves when the process says that. */
async function heard(child: ChildProcess, what: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once('message', (said) => (said === what ? resolve() : reject(new Error(`It said ${String(said)}`))))
    child.once('exit', () => reject(new Error(`It ended before it was ${what}`)))
  })
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'accounts-'))
  const ticks = new TickManagerImpl(10)
  ticks.start()
  const server = new NetworkServer(new NetworkImpl(ticks), ticks, '127.0.0.1', 0)
  const address = `127.0.0.1:${await server.ready()}`
  const client = createNetworkClient(address)
  const uuid = 'ann' as ContainerUuid
  const first = await startAgent(address, folder)
  const account = await client.get('account' as ContainerKind, { uuid })
  console.log(`A deposit of 5: ${await account.request('deposit', 5)}`)

  console.log('Its process is killed: the account is started elsewhere, with what was written')
  first.kill('SIGKILL')
  const second = await startAgent(address, folder)
  // Safe to ask again, so asked until it is somewhere
  assert.equal(await account.request('balance', undefined, { idempotent: true }), 5)
  console.log(`  a deposit of 2: ${await account.request('deposit', 2)}`)

  console.log('Its process stands still and is given up: the account is started elsewhere again')
  const third = await startAgent(address, folder)
  second.kill('SIGSTOP')
  assert.equal(await account.request('balance', undefined, { idempotent: true }), 7)
  console.log(`  a deposit of 1: ${await account.request('deposit', 1)}`)

  console.log('It goes on, and writes what it should not: by its old token, so nobody reads it')
  const nonsense = heard(second, 'has written')
  second.kill('SIGCONT')
  await nonsense
  const files = new StateFiles<number>(join(folder, uuid))
  console.log(`  what is read: ${await files.read()}`)
  assert.equal(await files.read(), 8)

  await account.close()
  await client.close()
  for (const child of [second, third]) child.disconnect()
  await server.close()
  ticks.stop()
  await rm(folder, { recursive: true })
}

const [coordinatorAddress, stateFolder] = process.argv.slice(2)
await (coordinatorAddress === undefined ? main() : agentProcess(coordinatorAddress, stateFolder))
