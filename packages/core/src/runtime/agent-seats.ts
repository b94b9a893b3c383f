// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerFactory } from '../api/container'
import type { ContainerKind } from '../api/identifiers'
import type { AgentCapacity } from '../api/placement'
import { capacityOf, Seats, type Capacity } from '../state/seats'
import { promised } from './promised'
import { startError, type StartCall } from './start-container'

/** One container's place, from before its factory is called until the container has ended. */
export class Seat {
  private taken = true

  /** The container has not ended. */
  get isTaken(): boolean {
    return this.taken
  }

  constructor(private readonly left: () => void) {}

  /** Again it does nothing. */
  free(): void {
    if (!this.taken) return
    this.taken = false
    this.left()
  }

  /** The place is free when the factory makes nothing. */
  during(factory: ContainerFactory): ContainerFactory {
    return (options, endpoint) => {
      const made = promised(() => factory(options, endpoint))
      made.catch(() => this.free())
      return made
    }
  }
}

/**
 * The places of an agent. The coordinator counts them too and asks for no more; but it does not know of what starts or ends
 * beyond its patience, and another coordinator of nothing.
 */
export class AgentSeats {
  private readonly seats = new Seats()
  private readonly capacity: Capacity

  constructor(capacity: AgentCapacity = {}) {
    this.capacity = capacityOf(capacity)
  }

  /** `CAPACITY` when all are taken. */
  take(call: Pick<StartCall, 'agentId' | 'kind' | 'options'>): Seat {
    const { kind } = call
    if (!this.seats.fits(kind, this.capacity)) throw startError(call, 'CAPACITY', this.fullness(kind))
    this.seats.change(kind, 1)
    return new Seat(() => this.seats.change(kind, -1))
  }

  private fullness(kind: ContainerKind): string {
    const { containers, byKind } = this.capacity
    const ofKind = byKind.get(kind) ?? Infinity
    return this.seats.of(kind) >= ofKind
      ? `it has ${this.seats.of(kind)} of at most ${ofKind} of that kind, those that start or end included`
      : `it has ${this.seats.total} of at most ${containers} containers, those that start or end included`
  }
}
