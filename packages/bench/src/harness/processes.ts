// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CoordinatorCommands, CoordinatorOptions } from '../programs/coordinator'
import type { TransportName } from '../systems/transport-name'
import { Child } from './child'
import { NatsServer } from './nats-server'
import { freePort } from './ports'
import { TcpProxy } from './tcp-proxy'

/** Lets `usedBytes` be read after a collection. */
export const COLLECTABLE = ['--expose-gc']

/** The processes of one scenario; all of them end with it. */
export class Processes {
  private readonly ends: (() => Promise<void>)[] = []
  private readonly folders: string[] = []

  constructor(readonly transport: TransportName) {}

  /** A process of that program, not told anything yet. */
  child<C extends object>(role: string, program: string, flags?: readonly string[]): Child<C> {
    const child = new Child<C>(role, program, flags)
    this.ends.push(async () => await child.kill())
    return child
  }

  /** A coordinator that listens. */
  async coordinator({ port: given, ...options }: CoordinatorOptions & { port?: number } = {}): Promise<{
    coordinator: Child<CoordinatorCommands>
    port: number
  }> {
    const port = given ?? (await freePort())
    const coordinator = this.child<CoordinatorCommands>('coordinator', 'coordinator', COLLECTABLE)
    await coordinator.call('start', { ...options, port, transport: this.transport })
    return { coordinator, port }
  }

  async natsServer(port: number): Promise<NatsServer> {
    const server = await NatsServer.start(port)
    this.ends.push(async () => await server.kill())
    return server
  }

  /** A proxy in front of that port; see {@link TcpProxy}. */
  async proxy(port: number, targetPort: number, delayMs: number = 0): Promise<TcpProxy> {
    const proxy = await TcpProxy.start(port, targetPort, delayMs)
    this.ends.push(async () => await proxy.close())
    return proxy
  }

  /** An empty folder; it goes when the processes are gone. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'bench-'))
    this.folders.push(folder)
    return folder
  }

  /** Something else that must end with the scenario. */
  onEnd(end: () => Promise<void>): void {
    this.ends.push(end)
  }

  /** Ends everything that was started here. */
  async end(): Promise<void> {
    await Promise.all(this.ends.splice(0).map(async (end) => await end()))
    const options = { recursive: true, force: true }
    await Promise.all(this.folders.splice(0).map(async (folder) => await rm(folder, options)))
  }
}
