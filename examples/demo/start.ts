// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// The demo behind `npm start`: a coordinator, two agents and a client, each a process of its own. It ends by itself,
// with exit code 0 if everything happened as it should.
import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { FromStart, ToStart } from './messages.ts'

/** Everything takes a few seconds; what takes this long hangs. */
const demoTimeoutMs = 45_000

/** How long a process may take to close after it was told to. */
const closeTimeoutMs = 5_000

const coloured = process.stdout.isTTY && process.env.NO_COLOR === undefined
const colours = [36, 33, 35, 32]

/** One process of the demo; its lines are shown with its name before them. */
class Part {
  static readonly all: Part[] = []
  readonly name: string
  readonly process: ChildProcess
  readonly ended: Promise<string>
  /** It was killed on purpose. */
  killed = false

  constructor(name: string, file: string, args: readonly string[]) {
    this.name = name
    const colour = colours[Part.all.push(this) - 1]
    const label = coloured ? `\u001b[${colour}m${name.padEnd(11)}\u001b[0m` : name.padEnd(11)
    this.process = fork(join(import.meta.dirname, file), [...args], { silent: true })
    for (const stream of [this.process.stdout, this.process.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => console.log(`${label} ${line}`))
    }
    this.ended = new Promise((resolve) => {
      this.process.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
    })
  }

  tell(message: FromStart): void {
    if (this.process.connected) this.process.send(message)
  }

  /** Resolves once it does its work; rejects when it ends before. */
  async ready(): Promise<string> {
    return await new Promise((resolve, reject) => {
      this.process.on('message', (message: ToStart) => {
        if (message.type === 'ready') resolve(message.address ?? '')
      })
      void this.ended.then((end) => reject(new Error(`${this.name} ended with ${end} before it was ready`)))
    })
  }

  /** Tells it to close; rejects unless it ends well, in time. */
  async stop(): Promise<void> {
    this.tell({ type: 'stop' })
    await this.finished()
  }

  async finished(): Promise<void> {
    const end = await this.ended
    if (end !== (this.killed ? 'SIGKILL' : 'exit code 0')) throw new Error(`${this.name} ended with ${end}`)
  }
}

function killAgent(agents: readonly Part[], client: Part, name: string): void {
  const agent = agents.find((part) => part.name === name)
  if (agent === undefined) throw new Error(`There is no agent '${name}' to kill`)
  agent.killed = true
  agent.process.kill('SIGKILL')
  client.tell({ type: 'killed', agent: name, at: Date.now() })
}

async function withDeadline(work: Promise<unknown>, timeoutMs: number, what: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${timeoutMs} ms`)), timeoutMs)
  })
  await Promise.race([work, deadline]).finally(() => clearTimeout(timer))
}

async function demo(): Promise<void> {
  const coordinator = new Part('coordinator', 'coordinator.ts', [])
  const address = await coordinator.ready()
  const agents = ['agent-1', 'agent-2'].map((name) => new Part(name, 'agent.ts', [name, address]))
  await Promise.all(agents.map(async (agent) => await agent.ready()))
  const client = new Part('client', 'client.ts', [address])
  client.process.on('message', (message: ToStart) => {
    if (message.type === 'kill') killAgent(agents, client, message.agent)
  })
  await client.finished()
  await withDeadline(Promise.all(agents.map(async (agent) => await agent.stop())), closeTimeoutMs, 'closing the agents')
  await withDeadline(coordinator.stop(), closeTimeoutMs, 'closing the coordinator')
}

function killAll(): void {
  for (const { process: child } of Part.all)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
}

process.once('exit', killAll)
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143]
] as const)
  process.once(signal, () => process.exit(code))
const started = performance.now()
try {
  await withDeadline(demo(), demoTimeoutMs, 'the demo')
  console.log(`All as it should be, in ${((performance.now() - started) / 1000).toFixed(1)} s.`)
} catch (error) {
  console.error(`The demo failed: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  killAll()
}
