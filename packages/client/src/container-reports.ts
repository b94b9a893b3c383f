// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkAgent, NetworkContainerEvent } from '@hcengineering/network-core'

/** What agents report of their containers, in order: what one turn of the event loop brings is said together. */
export class ContainerReports {
  private readonly waiting = new Map<NetworkAgent, NetworkContainerEvent[]>()

  /** @param say must not throw */
  constructor(private readonly say: (agent: NetworkAgent, containers: NetworkContainerEvent[]) => void) {}

  /** To be said at the end of this turn, or at {@link flush}. */
  note(agent: NetworkAgent, containers: readonly NetworkContainerEvent[]): void {
    if (this.waiting.size === 0) process.nextTick(() => this.flush())
    const noted = this.waiting.get(agent) ?? []
    this.waiting.set(agent, noted)
    for (const each of containers) noted.push(each)
  }

  /** Says now what waits, before something that is to come behind it. */
  flush(): void {
    const all = [...this.waiting]
    this.waiting.clear()
    for (const [agent, containers] of all) this.say(agent, containers)
  }
}
