// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ClientTransport, Frames, SendResult, ServerTransport } from '@hcengineering/network-backrpc'
import type { SimulatedProcess } from './process'

/** A listener whose news reach its process only while it runs. */
export class HeldServer implements ServerTransport {
  onWritable?: (peer: string) => void

  constructor(
    private readonly inner: ServerTransport,
    process: SimulatedProcess,
    private readonly onClose: () => void
  ) {
    inner.onWritable = (peer) => process.deliver(() => this.onWritable?.(peer))
  }

  get port(): number {
    return this.inner.port
  }

  send(peer: string, frames: Frames): SendResult {
    return this.inner.send(peer, frames)
  }

  cut(peer: string): void {
    this.inner.cut(peer)
  }

  async close(): Promise<void> {
    this.onClose()
    await this.inner.close()
  }
}

/** A connection whose news reach its process only while it runs. */
export class HeldClient implements ClientTransport {
  onWritable?: () => void

  constructor(
    private readonly inner: ClientTransport,
    process: SimulatedProcess
  ) {
    inner.onWritable = () => process.deliver(() => this.onWritable?.())
  }

  send(frames: Frames): SendResult {
    return this.inner.send(frames)
  }

  async close(last?: Frames): Promise<void> {
    await this.inner.close(last)
  }
}
