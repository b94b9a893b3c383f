// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { endWithParent } from './end-with-parent'
import { within } from './waiting'

/** The bundle of the image, as `rush build` leaves it. */
export function podBundle(): string {
  const folder = dirname(require.resolve('@hcengineering/network-pod/package.json'))
  return join(folder, 'bundle', 'bundle.js')
}

/** Why the pod cannot be started here, or undefined when it can. */
export function podMissing(): string | undefined {
  return existsSync(podBundle()) ? undefined : 'the pod’s bundle is not built'
}

/** The coordinator as its image runs it. */
export class Pod {
  private constructor(private readonly process: ChildProcess) {
    // It knows nothing of its parent and would stay
    process.once('spawn', () => endWithParent(process))
  }

  /** A process that is only begun. */
  static begin(port: number): Pod {
    const LEDGER_FILE = join(tmpdir(), `bench-ledger-${process.pid}-${port}.json`)
    const env = { ...process.env, HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'info', LEDGER_FILE }
    return new Pod(spawn(process.execPath, [podBundle()], { env, stdio: ['ignore', 'pipe', 'ignore'] }))
  }

  /** Resolves when it says that it listens. */
  async listens(): Promise<void> {
    const said = new Promise<void>((resolve, reject) => {
      let log = ''
      this.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
        log += text
        if (log.includes('"Listening"')) resolve()
      })
      this.process.once('exit', () => reject(new Error(`The pod ended:\n${log}`)))
    })
    await within(said, 'the pod listens')
  }

  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const exited = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.kill('SIGKILL')
    await exited
  }
}
