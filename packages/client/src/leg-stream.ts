// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkError, StreamPeer } from '@hcengineering/network-core'

/** A stream on one leg: ended by either side, or lost with the leg. What is said of it after it was lost changes nothing. */
export class LegStream implements StreamPeer {
  private over = false

  constructor(
    private readonly asker: StreamPeer,
    private readonly onOver: (stream: LegStream) => void
  ) {}

  item(value: unknown, bytes?: number): number {
    return this.over ? 0 : this.asker.item(value, bytes)
  }

  end(error?: NetworkError): void {
    if (!this.leave()) return
    this.asker.end(error)
  }

  grant(items: number, bytes: number): void {
    if (!this.over) this.asker.grant(items, bytes)
  }

  stop(): void {
    if (!this.over) this.asker.stop()
  }

  /** Its opening failed: somebody else may take the asker. */
  refused(): void {
    this.leave()
  }

  /** The container's side, as the asker has it. */
  with(container: StreamPeer): StreamPeer {
    return {
      item: (value) => container.item(value),
      end: (error) => container.end(error),
      grant: (items, bytes) => container.grant(items, bytes),
      stop: () => {
        container.stop()
        this.leave()
      }
    }
  }

  private leave(): boolean {
    if (this.over) return false
    this.over = true
    this.onOver(this)
    return true
  }
}
