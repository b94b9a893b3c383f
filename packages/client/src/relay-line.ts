// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerUuid, EventGap, StreamOpening, StreamPeer, TickManager } from '@hcengineering/network-core'
import type { Coordinator } from './coordinator'
import { Farewells } from './farewells'
import type { Line, LineCall, LineListener, LineStream } from './line'
import { LineListeners } from './line-listeners'

/** The way to containers through the coordinator: for those that cannot be reached directly. */
export class RelayLine implements Line {
  readonly key = 'relay'
  readonly own = false
  private readonly listeners = new LineListeners()
  private readonly farewells: Farewells

  constructor(
    private readonly coordinator: Coordinator,
    tickManager: TickManager
  ) {
    const call = { timeoutMs: 0, resend: false }
    this.farewells = new Farewells(
      tickManager,
      () => this.isUp,
      async (uuid) => await coordinator.call('cd', { uuid }, call)
    )
  }

  get name(): string {
    return this.coordinator.name
  }

  get isUp(): boolean {
    return this.coordinator.isUp
  }

  async ready(timeoutMs: number): Promise<void> {
    await this.coordinator.waitConnection(timeoutMs)
  }

  /** The coordinator is not gone when a container is. */
  doubt(): void {}

  listen(uuid: ContainerUuid, listener: LineListener): () => void {
    return this.listeners.add(uuid, listener)
  }

  async connect(uuid: ContainerUuid, leg: number, timeoutMs: number, heard: () => void): Promise<undefined> {
    const before = this.farewells.connects(uuid, leg, timeoutMs)
    if (before !== undefined) await before
    // Which activation is no matter: the coordinator connects every later one by itself.
    await this.coordinator.take('cc', { uuid }, { timeoutMs, resend: false }, heard)
    return undefined
  }

  async disconnect(uuid: ContainerUuid, leg: number): Promise<void> {
    await this.farewells.bid(uuid, leg)
  }

  request(uuid: ContainerUuid, operation: string, data: unknown, call: LineCall): void {
    const { timeoutMs, idempotent: resend, signal, chain } = call
    this.coordinator.askContainer(uuid, operation, data, { timeoutMs, resend, signal, chain }, call)
  }

  async openStream(
    { uuid, operation, data, timeoutMs, signal, chain }: LineStream,
    opening: StreamOpening,
    asker: StreamPeer
  ): Promise<StreamPeer> {
    return await this.coordinator.openStream(uuid, operation, data, { timeoutMs, signal, chain }, opening, asker)
  }

  close(): void {
    this.farewells.close()
  }

  /** A container's event came through the coordinator. */
  deliver(uuid: unknown, data: unknown, bytes?: number): void {
    this.listeners.deliver(String(uuid), data, bytes)
  }

  /** Events of one container were lost before they reached the coordinator. */
  gapOf(uuid: ContainerUuid, gap: EventGap): void {
    for (const listener of this.listeners.of(uuid)) listener.gap(gap)
  }

  gap(gap: EventGap): void {
    for (const listener of this.listeners.all()) listener.gap(gap)
  }

  down(cause: Error): void {
    for (const listener of this.listeners.all()) listener.down(cause)
  }

  session(fresh: boolean): void {
    this.farewells.session(fresh)
    for (const listener of this.listeners.all()) {
      if (fresh) listener.fresh()
      else listener.up()
    }
  }
}
