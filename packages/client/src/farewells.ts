// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ActivationToken, ContainerUuid } from '@hcengineering/network-core'

/**
 * Disconnects of one line: each is said until it is heard, or until the other side has forgotten the connection anyway. The
 * connection to a container is that of the last who connected: when another leaves it stays.
 */
export class Farewells {
  /** With the token of the later activation that the container has elsewhere, where that is known. */
  private readonly owed = new Map<ContainerUuid, ActivationToken | undefined>()
  /** The number of the leg that connected last. */
  private readonly last = new Map<ContainerUuid, number>()

  /** @param say says one in this session, however long it takes */
  constructor(
    private readonly isUp: () => boolean,
    private readonly say: (uuid: ContainerUuid, later: ActivationToken | undefined) => Promise<unknown>
  ) {}

  /** That leg connects: what is owed would end that, and so would what an earlier one has still to say. */
  connects(uuid: ContainerUuid, leg: number): void {
    this.owed.delete(uuid)
    this.last.set(uuid, leg)
  }

  /** Says it now, or when the line is back. Resolves when it was heard, or at once while nobody listens. */
  async bid(uuid: ContainerUuid, leg: number, later?: ActivationToken): Promise<void> {
    if (this.last.get(uuid) !== leg) return
    this.last.delete(uuid)
    if (this.isUp()) await this.say(uuid, later)
    else this.owed.set(uuid, later)
  }

  /** The line is back. A fresh session knows no connections; that the container is elsewhere is news to it all the same. */
  session(fresh: boolean): void {
    const owed = [...this.owed]
    this.owed.clear()
    for (const [uuid, later] of owed) {
      if (fresh && later === undefined) continue
      this.say(uuid, later).catch(() => {}) // the session ended, and the connection with it
    }
  }
}
