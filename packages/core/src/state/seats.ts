// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerKind } from '../api/identifiers'
import type { AgentCapacity } from '../api/placement'

/** Limits of an agent; `Infinity` for none. */
export interface Capacity {
  readonly containers: number
  readonly byKind: ReadonlyMap<string, number>
}

export function capacityOf({ containers = Infinity, byKind = {} }: AgentCapacity): Capacity {
  return { containers, byKind: new Map(Object.entries(byKind)) }
}

/** Containers that count against an agent's capacity: what its factories make, from the start on, and what is to move there. */
export class Seats {
  total = 0
  private readonly byKind = new Map<ContainerKind, number>()

  of(kind: ContainerKind): number {
    return this.byKind.get(kind) ?? 0
  }

  change(kind: ContainerKind, by: 1 | -1): void {
    this.total += by
    const count = this.of(kind) + by
    if (count === 0) this.byKind.delete(kind)
    else this.byKind.set(kind, count)
  }

  fits(kind: ContainerKind, capacity: Capacity | undefined): boolean {
    if (capacity === undefined) return true
    return this.total < capacity.containers && this.of(kind) < (capacity.byKind.get(kind) ?? Infinity)
  }

  kinds(): Iterable<[ContainerKind, number]> {
    return this.byKind.entries()
  }
}
