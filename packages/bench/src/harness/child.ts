// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { AnswerMessage } from './messages'
import type { CommonCommands } from './serve-commands'
import { PATIENCE_MS, within } from './waiting'

type ParamsOf<F> = F extends (params: infer P) => unknown ? P : never
type ResultOf<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never

const LOG_CHARACTERS = 4000

/** Tests start hundreds, and each starts in half the time from one file; what is measured runs as users have it. */
const programs = process.env.JEST_WORKER_ID === undefined ? 'lib/programs' : 'bundle'

/** A process that runs one of the programs and obeys its commands `C`. */
export class Child<C extends object> {
  /** Resolves when the system has buried it. */
  readonly exited: Promise<void>
  private readonly process: ChildProcess
  private readonly pending = new Map<number, (outcome: AnswerMessage['outcome']) => void>()
  private nextId = 0
  private log = ''
  private ended = false

  /**
   * @param role what it is called in reports
   * @param program a file of `programs/`
   * @param flags of Node
   */
  constructor(
    readonly role: string,
    program: string,
    flags: readonly string[] = []
  ) {
    const script = join(__dirname, '../..', programs, `${program}.js`)
    this.process = fork(script, [], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      execArgv: [...process.execArgv, ...flags]
    })
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.log = (this.log + text).slice(-LOG_CHARACTERS)
      })
    }
    this.process.on('message', ({ id, outcome }: AnswerMessage) => this.pending.get(id)?.(outcome))
    this.exited = new Promise((resolve) => {
      this.process.on('close', (code, signal) => {
        this.ended = true
        const error = `${this.role} is gone (code ${code}, signal ${signal})\n${this.log}`
        for (const settle of [...this.pending.values()]) settle({ error })
        resolve()
      })
    })
  }

  get pid(): number {
    return this.process.pid as number
  }

  /** Runs a command there; rejects as it did there, when the process ends, or when it takes too long. */
  async call<K extends keyof (C & CommonCommands) & string>(
    name: K,
    params: ParamsOf<(C & CommonCommands)[K]>,
    withinMs: number = PATIENCE_MS
  ): Promise<ResultOf<(C & CommonCommands)[K]>> {
    const outcome = await within(this.command(name, params), `'${name}' of ${this.role}`, withinMs)
    if ('error' in outcome) throw new Error(`${this.role}: ${outcome.error}`)
    return outcome.value as ResultOf<(C & CommonCommands)[K]>
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.ended) this.process.kill(signal)
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.exited
  }

  private async command(name: string, params: unknown): Promise<AnswerMessage['outcome']> {
    if (this.ended) return { error: `${this.role} is gone\n${this.log}` }
    const id = this.nextId++
    return await new Promise((resolve) => {
      this.pending.set(id, (outcome) => {
        this.pending.delete(id)
        resolve(outcome)
      })
      this.process.send({ id, name, params }, (error) => {
        if (error !== null) this.pending.get(id)?.({ error: error.message })
      })
    })
  }
}
