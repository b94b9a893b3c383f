// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Sendable } from '../wire/message'
import { SMALL_BYTES } from './answers'
import type { SessionLimits } from './session-limits'

/** How many events of its sender a message stands for: a notice for those that it tells of. */
export function eventsOf(message: Sendable): number {
  if (message.kind === 'event') return 1
  return message.kind === 'gap' && message.lost !== 'unknown' ? message.lost : 0
}

/** What a message counts. */
export function weightOf(message: Sendable): number {
  return message.kind === 'event' ? SMALL_BYTES + message.body.size : SMALL_BYTES
}

/** The events, and notices of lost ones, that were sent last: no more of them than the limits say, and none left out between. */
export class SentEvents {
  /** Written round and round; grows to its size as it is used. */
  private ring: (Sendable | undefined)[] = []
  private first = 0
  private count = 0
  private weight = 0

  constructor(private readonly limits: Pick<SessionLimits, 'maxResumeEvents' | 'maxResumeBytes'>) {}

  get bytes(): number {
    return this.weight
  }

  push(message: Sendable): void {
    const { maxResumeEvents, maxResumeBytes } = this.limits
    if (this.count < maxResumeEvents) this.ring[(this.first + this.count++) % maxResumeEvents] = message
    else {
      this.weight -= weightOf(this.ring[this.first] as Sendable)
      this.ring[this.first] = message
      this.first = (this.first + 1) % maxResumeEvents
    }
    this.weight += weightOf(message)
    while (this.weight > maxResumeBytes) this.dropFirst()
  }

  /** The last of them, in order, that stand for so many events, or for fewer when no more are kept. */
  last(events: number): Sendable[] {
    const found: Sendable[] = []
    for (let at = this.count - 1, missing = events; at >= 0 && missing > 0; at--) {
      const message = this.ring[(this.first + at) % this.limits.maxResumeEvents] as Sendable
      // The peer may have some of those that a notice stands for
      found.push(message.kind === 'gap' && eventsOf(message) > missing ? { ...message, lost: missing } : message)
      missing -= eventsOf(message)
    }
    return found.reverse()
  }

  clear(): void {
    this.ring = []
    this.first = this.count = this.weight = 0
  }

  private dropFirst(): void {
    const { ring, first } = this
    this.weight -= weightOf(ring[first] as Sendable)
    ring[first] = undefined
    this.first = (first + 1) % this.limits.maxResumeEvents
    this.count--
  }
}
