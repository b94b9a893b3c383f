// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { CancelSignal } from '../api/call'
import type { ContainerUuid } from '../api/identifiers'
import { NetworkError } from '../errors'
import { onAbort } from './abort-listeners'
import { cancelledWaiting } from './cancelling'

interface ParkedCall {
  proceed(): void
  fail(error: NetworkError): void
}

/** What ends a wait besides the container. */
export interface ParkingEnds {
  /** Arms the deadline, which calls `fail`; what it returns disarms it. */
  onExpiry(fail: (error: NetworkError) => void): () => void
  /** The caller's: who does not wait any more takes no place, and its data is let go. */
  readonly signal?: CancelSignal
}

/** Calls that wait for a container which starts or moves; at most `most` per container. */
export class ParkedCalls {
  private readonly waiting = new Map<ContainerUuid, Set<ParkedCall>>()

  constructor(private readonly most: number) {}

  /** Resolves when the container serves; rejects when it is gone, too many wait, its time is over, or with `CANCELLED`. */
  async wait(uuid: ContainerUuid, { onExpiry, signal }: ParkingEnds): Promise<void> {
    if (signal?.aborted === true) throw cancelledWaiting(uuid)
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
      let leave = (): void => {}
      const call: ParkedCall = {
        proceed: () => {
          leave()
          resolve()
        },
        fail: (error) => {
          leave()
          reject(error)
        }
      }
      const disarm = onExpiry(call.fail)
      const stop = signal === undefined ? undefined : onAbort(signal, () => call.fail(cancelledWaiting(uuid)))
      calls.add(call)
      leave = () => {
        disarm()
        stop?.()
        calls.delete(call)
        if (calls.size === 0 && this.waiting.get(uuid) === calls) this.waiting.delete(uuid)
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
