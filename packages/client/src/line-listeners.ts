// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { messageOf, readValue, type ContainerUuid } from '@hcengineering/network-core'
import type { LineListener } from './line'

/** Those who listen on one line, by container. */
export class LineListeners {
  private readonly byContainer = new Map<string, Set<LineListener>>()

  add(uuid: ContainerUuid, listener: LineListener): () => void {
    let listeners = this.byContainer.get(uuid)
    if (listeners === undefined) this.byContainer.set(uuid, (listeners = new Set()))
    listeners.add(listener)
    return () => {
      const left = this.byContainer.get(uuid)
      left?.delete(listener)
      if (left?.size === 0) this.byContainer.delete(uuid)
    }
  }

  /** Those of one container; an array of its own, as they may come and go while it is gone through. */
  of(uuid: string): LineListener[] {
    return [...(this.byContainer.get(uuid) ?? [])]
  }

  /** Hands an event of a container to those who listen to it; one that cannot be read is one that was lost. */
  deliver(uuid: string, data: unknown, bytes?: number): void {
    const listeners = this.of(uuid)
    if (listeners.length === 0) return
    let event: unknown
    try {
      event = readValue(data)
    } catch (error) {
      for (const listener of listeners) listener.gap({ lost: 1, reason: messageOf(error) })
      return
    }
    for (const listener of listeners) listener.event(event, bytes)
  }

  all(): LineListener[] {
    return [...this.byContainer.values()].flatMap((listeners) => [...listeners])
  }
}
