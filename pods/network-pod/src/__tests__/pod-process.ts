// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export type Line = Readonly<Record<string, unknown>>

/** How a process ended. */
export interface End {
  readonly code: number | null
  readonly lines: readonly Line[]
  readonly stderr: string
}

const bundle = join(__dirname, '..', '..', 'bundle', 'bundle.js')

/** The built bundle in a process of its own, on loopback and a port of the system's choice where `env` says nothing else. */
export class PodProcess {
  private static readonly all = new Set<PodProcess>()

  readonly process: ChildProcess
  /** Resolves when it has ended and its output is read. */
  readonly end: Promise<End>
  private readonly lines: Line[] = []
  private readonly waiting = new Set<() => void>()
  private ended?: End

  constructor(env: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
    if (!existsSync(bundle)) throw new Error(`${bundle} is missing: build the project first`)
    PodProcess.all.add(this)
    const { PATH = '' } = process.env
    this.process = spawn(process.execPath, ['--enable-source-maps', bundle, ...args], {
      env: { PATH, HOST: '127.0.0.1', PORT: '0', LEDGER_FILE: 'off', ...env },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    let stderr = ''
    this.process.stderr?.on('data', (data: Buffer) => (stderr += data.toString()))
    if (this.process.stdout === null) throw new Error('No stdout')
    createInterface({ input: this.process.stdout }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Line)
      for (const wake of this.waiting) wake()
    })
    this.end = new Promise((resolve, reject) => {
      this.process.once('error', reject)
      this.process.once('close', (code) => {
        this.ended = { code, lines: this.lines, stderr }
        resolve(this.ended)
        for (const wake of this.waiting) wake()
      })
    })
  }

  /** The first line whose message begins like that; rejects when the process ends without it. */
  async line(message: string): Promise<Line> {
    return await new Promise<Line>((resolve, reject) => {
      const look = (): void => {
        const found = this.lines.find((line) => String(line.message).startsWith(message))
        if (found === undefined && this.ended === undefined) return
        this.waiting.delete(look)
        if (found !== undefined) resolve(found)
        else reject(new Error(`No line '${message}' in ${JSON.stringify(this.ended)}`))
      }
      this.waiting.add(look)
      look()
    })
  }

  /** The port, once it listens. */
  async port(): Promise<number> {
    return (await this.line('Listening')).port as number
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal)
  }

  /** Ends what a test has left. */
  static async killAll(): Promise<void> {
    for (const pod of PodProcess.all) {
      pod.signal('SIGKILL')
      await pod.end
    }
    PodProcess.all.clear()
  }
}
