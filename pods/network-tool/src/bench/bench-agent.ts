// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { ContainerKind } from '@hcengineering/network-core'

/** An agent in a process beside this one, so that the two share no event loop, and no memory. */
export class BenchAgent {
  private constructor(
    private readonly child: ChildProcess,
    /** What it offers, and nobody else does. */
    readonly kind: ContainerKind
  ) {}

  /** Resolves when it is registered. */
  static async start(coordinator: string): Promise<BenchAgent> {
    const kind = `network-tool-bench-${randomUUID().slice(0, 8)}` as ContainerKind
    const program = join(__dirname, 'bench-agent-main.js')
    const child = fork(program, [coordinator, kind], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] })
    await new Promise<void>((resolve, reject) => {
      child.once('message', (message) =>
        message === 'ready'
          ? resolve()
          : reject(new Error(`The agent of the measurement could not begin: ${String(message)}`))
      )
      child.once('exit', (code) => reject(new Error(`The agent of the measurement ended with exit code ${code}`)))
    })
    return new BenchAgent(child, kind)
  }

  /** Resolves when its process has ended. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const ended = new Promise<void>((resolve) => this.child.once('exit', () => resolve()))
    if (this.child.connected) this.child.disconnect()
    await ended
  }
}
