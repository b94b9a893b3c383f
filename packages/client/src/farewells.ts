// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type ActivationToken, type ContainerUuid, type TickManager } from '@hcengineering/network-core'
import { untilHeard } from './until-heard'
import { Pause, within } from './waits'

/** What is being said of one container: the last of it, since one that is never answered is not to be waited for without end. */
interface Saying {
  readonly heard: Promise<unknown>
  readonly pause: Pause
}

/**
 * Disconnects of one line: each is said until it is heard, or until the other side has forgotten the connection anyway. The
 * connection to a container is that of the last who connected: when another leaves it stays.
 */
export class Farewells {
  /** With the token of the later activation that the container has elsewhere, where that is known. */
  private readonly owed = new Map<ContainerUuid, ActivationToken | undefined>()
  /** The number of the leg that connected last. */
  private readonly last = new Map<ContainerUuid, number>()
  private readonly saying = new Map<ContainerUuid, Saying>()
  /** Counts those in which the other side knows no connection. */
  private sessions = 0
  private closed = false

  /** @param send one in this session, however long it takes */
  constructor(
    private readonly tickManager: TickManager,
    private readonly isUp: () => boolean,
    private readonly send: (uuid: ContainerUuid, later: ActivationToken | undefined) => Promise<unknown>
  ) {}

  /**
   * That leg connects: what is owed would end that, and so would what an earlier one has still to say. What is being said may be
   * overtaken: resolves when it was heard, rejects after that time; `undefined` where there is none.
   */
  connects(uuid: ContainerUuid, leg: number, timeoutMs: number): Promise<unknown> | undefined {
    this.owed.delete(uuid)
    this.last.set(uuid, leg)
    const saying = this.saying.get(uuid)
    if (saying === undefined) return undefined
    saying.pause.end()
    return within(this.tickManager, timeoutMs, saying.heard, () => lateError(uuid, timeoutMs))
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
    if (fresh) this.sessions++
    const owed = [...this.owed]
    this.owed.clear()
    for (const [uuid, later] of owed) {
      if (fresh && later === undefined) continue
      this.say(uuid, later).catch(() => {}) // the session ended, and the connection with it
    }
  }

  /** Nothing is said again. */
  close(): void {
    this.closed = true
    for (const { pause } of this.saying.values()) pause.end()
  }

  private async say(uuid: ContainerUuid, later: ActivationToken | undefined): Promise<void> {
    const { sessions } = this
    const pause = new Pause(this.tickManager)
    const isNews = (): boolean => later !== undefined || sessions === this.sessions
    const goesOn = (): boolean => !this.closed && !this.last.has(uuid) && isNews()
    const heard = untilHeard(pause, async () => await this.send(uuid, later), goesOn)
    const saying = { pause, heard: heard.catch(() => {}) }
    this.saying.set(uuid, saying)
    try {
      await heard
    } finally {
      if (this.saying.get(uuid) === saying) this.saying.delete(uuid)
    }
  }
}

function lateError(uuid: ContainerUuid, timeoutMs: number): NetworkError {
  const stage = 'ending the connection before'
  const text = `The connection to container ${uuid} before this one did not end within ${timeoutMs} ms`
  return new NetworkError('DEADLINE_EXCEEDED', text, { uuid, stage })
}
