// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerUuid } from '../api/identifiers'
import { NetworkError } from '../errors'

interface ParkedCall {
  proceed(): void
  fail(error: NetworkError): void
}

/** Calls that wait for a container which starts or moves; at most `most` per container. */
export class ParkedCalls {
  private readonly waiting = new Map<ContainerUuid, Set<ParkedCall>>()

  constructor(private readonly most: number) {}

  /** Resolves when the container serves; rejects when it is gone, too many wait, or `expired` says so. */
  async wait(uuid: ContainerUuid, onExpiry: (fail: (error: NetworkError) => void) => () => void): Promise<void> {
    const calls = this.waiting.get(uuid) ?? new Set<ParkedCall>()
    if (calls.size >= this.most) {
      throw new NetworkError(
        'OVERLOADED',
        `${calls.size} requests already wait for container ${uuid} to start; try again later`,
        {
          stage: 'waiting for the container',
          uuid,
          retryAfterMs: 100
        }
      )
    }
    this.waiting.set(uuid, calls)
    await new Promise<void>((resolve, reject) => {
      const call: ParkedCall = { proceed: resolve, fail: reject }
      calls.add(call)
      const leave = (): void => {
        calls.delete(call)
        if (calls.size === 0 && this.waiting.get(uuid) === calls) this.waiting.delete(uuid)
      }
      const cancelExpiry = onExpiry((error) => {
        leave()
        reject(error)
      })
      call.proceed = () => {
        cancelExpiry()
        leave()
        resolve()
      }
      call.fail = (error) => {
        cancelExpiry()
        leave()
        reject(error)
      }
    })
  }

  release(uuid: ContainerUuid): void {
    for (const call of [...(this.waiting.get(uuid) ?? [])]) call.proceed()
  }

  fail(uuid: ContainerUuid, error: NetworkError): void {
    for (const call of [...(this.waiting.get(uuid) ?? [])]) call.fail(error)
  }

  failAll(error: NetworkError): void {
    for (const uuid of [...this.waiting.keys()]) this.fail(uuid, error)
  }
}
