// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { messageOf, readValue, type ContainerUuid } from '@hcengineering/network-core'
import type { LineListener } from './line'

const nobody: readonly LineListener[] = []

/** Those who listen on one line, by container. */
export class LineListeners {
  /** Never changed, but replaced: whoever goes through them may add and remove some. */
  private readonly byContainer = new Map<string, readonly LineListener[]>()

  add(uuid: ContainerUuid, listener: LineListener): () => void {
    this.byContainer.set(uuid, [...this.of(uuid), listener])
    return () => {
      const left = this.of(uuid).filter((each) => each !== listener)
      if (left.length > 0) this.byContainer.set(uuid, left)
      else this.byContainer.delete(uuid)
    }
  }

  /** Those of one container, as they are now. */
  of(uuid: string): readonly LineListener[] {
    return this.byContainer.get(uuid) ?? nobody
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
    return [...this.byContainer.values()].flat()
  }
}
