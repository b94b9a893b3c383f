// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { fork, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChildMessage, ErrorInfo, Outcome } from './messages'
import { PATIENCE_MS, until, within } from './waiting'

const LOG_LINES = 60

/** An error that a command met in a child; its fields are those of the error there. */
export class ChildError extends Error {
  constructor(child: string, info: ErrorInfo) {
    super(info.message)
    const { stack, ...fields } = info
    Object.assign(this, fields, { remoteStack: stack, child })
  }
}

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

type ParamsOf<F> = F extends (params: infer P) => unknown ? P : never
type ResultOf<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never

/** A child process that runs one of the fixtures and obeys commands `C`; it tells events `E`. */
export class Child<C extends object, E> {
  /** Everything it told, in order. */
  readonly events: E[] = []
  readonly exited: Promise<Exit>
  exit?: Exit
  /** The test ended it itself: its exit code says nothing. */
  killed = false
  private readonly process: ChildProcess
  private readonly pending = new Map<number, (outcome: Outcome) => void>()
  private readonly watchers = new Set<() => void>()
  private readonly lines: string[] = []
  private nextId = 0

  constructor(
    readonly name: string,
    fixture: string
  ) {
    // Each in one file: Node takes three times as long to start from the hundreds that it is made of
    const script = join(__dirname, '../../bundle', `${fixture}.js`)
    this.process = fork(script, [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], serialization: 'advanced' })
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.lines.push(...text.trimEnd().split('\n')))
    }
    this.process.on('message', (message: ChildMessage) => this.receive(message))
    this.exited = new Promise((resolve) => {
      this.process.on('close', (code, signal) => {
        this.exit = { code, signal }
        const error = { name: 'Error', message: `${this.name} is gone (code ${code}, signal ${signal})` }
        for (const settle of [...this.pending.values()]) settle({ error })
        for (const wake of [...this.watchers]) wake()
        resolve(this.exit)
      })
    })
  }

  get pid(): number {
    return this.process.pid as number
  }

  /** Bytes of memory that it keeps; what a garbage collection frees is not counted. */
  async memory(): Promise<number> {
    return (await this.ask('memory', undefined)) as number
  }

  /** The child's last lines, for errors. */
  log(): string {
    return [`--- log of ${this.name} (pid ${this.pid})`, ...this.lines.slice(-LOG_LINES), '---'].join('\n')
  }

  /** Runs a command there; rejects with {@link ChildError} as it did there, or when the answer takes too long. */
  async call<K extends keyof C & string>(
    name: K,
    params: ParamsOf<C[K]>,
    withinMs = PATIENCE_MS
  ): Promise<ResultOf<C[K]>> {
    return (await this.ask(name, params, withinMs)) as ResultOf<C[K]>
  }

  /** Resolves with what `find` finds among the events, as soon as it finds something other than false or undefined. */
  async told<T>(
    find: (events: readonly E[]) => T,
    what: string,
    withinMs = PATIENCE_MS
  ): Promise<Exclude<T, false | undefined>> {
    let wake: () => void = () => {}
    const found = new Promise<Exclude<T, false | undefined>>((resolve, reject) => {
      wake = () => {
        const value = find(this.events)
        if (value !== false && value !== undefined) resolve(value as Exclude<T, false | undefined>)
        else if (this.exit !== undefined) reject(new Error(`${this.name} ended before: ${what}\n${this.log()}`))
      }
      this.watchers.add(wake)
      wake()
    })
    try {
      return await within(found, `${what} in ${this.name}`, { withinMs, describe: () => this.log() })
    } finally {
      this.watchers.delete(wake)
    }
  }

  /** SIGKILL; resolves when the system has buried it. */
  async kill(): Promise<void> {
    this.killed = true
    if (this.exit === undefined) this.process.kill('SIGKILL')
    await within(this.exited, `end of ${this.name} after SIGKILL`)
  }

  /** SIGTERM; resolves when it has exited as it does when it is told so. */
  async endInOrder(withinMs = PATIENCE_MS): Promise<Exit> {
    this.process.kill('SIGTERM')
    const options = { withinMs, describe: () => this.log() }
    return await within(this.exited, `end of ${this.name} after SIGTERM`, options)
  }

  /** SIGSTOP; resolves when it stands still. */
  async pause(): Promise<void> {
    this.process.kill('SIGSTOP')
    await until(() => readFileSync(`/proc/${this.pid}/stat`, 'utf8').includes(') T '), `${this.name} stands still`)
  }

  resume(): void {
    this.process.kill('SIGCONT')
  }

  /** Lets go of it and waits until it exits by itself. */
  async leave(withinMs = PATIENCE_MS): Promise<Exit> {
    const left = this.command('leave', undefined)
    const ended = Promise.all([left, this.exited]).then(([, exit]) => exit)
    return await within(ended, `${this.name} exits by itself`, { withinMs, describe: () => this.log() })
  }

  private async ask(name: string, params: unknown, withinMs = PATIENCE_MS): Promise<unknown> {
    const outcome = await within(this.command(name, params), `${name} in ${this.name}`, {
      withinMs,
      describe: () => this.log()
    })
    if ('error' in outcome) throw new ChildError(this.name, outcome.error)
    return outcome.value
  }

  private async command(name: string, params: unknown): Promise<Outcome> {
    const id = this.nextId++
    return await new Promise((resolve) => {
      const settle = (outcome: Outcome): void => {
        this.pending.delete(id)
        resolve(outcome)
      }
      this.pending.set(id, settle)
      if (this.exit !== undefined) settle({ error: { name: 'Error', message: `${this.name} is gone\n${this.log()}` } })
      else this.process.send({ type: 'command', id, name, params })
    })
  }

  private receive(message: ChildMessage): void {
    if (message.type === 'answer') {
      this.pending.get(message.id)?.(message.outcome)
      return
    }
    for (const event of message.events) this.events.push(event as E)
    for (const wake of [...this.watchers]) wake()
  }
}
