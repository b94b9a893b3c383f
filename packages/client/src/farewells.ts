// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerUuid } from '@hcengineering/network-core'

/** Disconnects of one line: each is said until it is heard, or until the other side has forgotten the connection anyway. */
export class Farewells {
  private readonly owed = new Set<ContainerUuid>()

  /** @param say says one in this session, however long it takes */
  constructor(
    private readonly isUp: () => boolean,
    private readonly say: (uuid: ContainerUuid) => Promise<unknown>
  ) {}

  /** Says it now, or when the line is back. Resolves when it was heard, or at once while nobody listens. */
  async bid(uuid: ContainerUuid): Promise<void> {
    if (this.isUp()) await this.say(uuid)
    else this.owed.add(uuid)
  }

  /** It connects again: what is owed would end that. */
  takeBack(uuid: ContainerUuid): void {
    this.owed.delete(uuid)
  }

  /** The line is back. A fresh session knows no connections. */
  session(fresh: boolean): void {
    const owed = [...this.owed]
    this.owed.clear()
    if (fresh) return
    for (const uuid of owed) this.say(uuid).catch(() => {}) // the session ended, and the connection with it
  }
}
