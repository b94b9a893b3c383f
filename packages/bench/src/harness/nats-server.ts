// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import type { ProcessUsage } from './process-usage'
import { findExecutable } from './executable'
import { endWithParent } from './end-with-parent'
import { until } from './waiting'

const KIB = 1024
/** Linux counts CPU time in ticks of this many a second, whatever the kernel's own. */
const TICKS_PER_SECOND = 100
/** Fields of /proc/PID/stat behind the name of the program: user and system time. */
const USER_TIME = 11
const SYSTEM_TIME = 12

async function listens(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

/** A `nats-server` of our own on loopback. */
export class NatsServer {
  readonly role = 'nats-server'

  private constructor(private readonly process: ChildProcess) {
    // It knows nothing of its parent and would stay
    process.once('spawn', () => endWithParent(process))
  }

  static async start(port: number): Promise<NatsServer> {
    const program = findExecutable('nats-server')
    if (program === undefined) throw new Error('There is no nats-server on the PATH')
    const server = new NatsServer(spawn(program, ['-a', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' }))
    await until(async () => await listens(port), 'nats-server listens')
    return server
  }

  /** As Linux counts it; zeros elsewhere. */
  usage(): ProcessUsage {
    try {
      const stat = readFileSync(`/proc/${this.process.pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const status = readFileSync(`/proc/${this.process.pid}/status`, 'utf8')
      const memoryBytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * KIB
      const peakMemoryBytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * KIB
      return {
        cpuSeconds: (Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) / TICKS_PER_SECOND,
        memoryBytes,
        peakMemoryBytes,
        usedBytes: memoryBytes
      }
    } catch {
      return { cpuSeconds: 0, memoryBytes: 0, peakMemoryBytes: 0, usedBytes: 0 }
    }
  }

  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const exited = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.kill('SIGKILL')
    await exited
  }
}
