// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { DrainResult } from '../api/agent'
import type { TickManager } from '../api/time'
import type { ContainerHost } from './container-host'
import { schedule } from './schedule'

/** Waits until an agent that drains has lost its containers, and counts how. */
export class AgentDrain {
  private moved = 0
  private ended = 0
  private look: (() => void) | undefined

  constructor(
    private readonly host: ContainerHost,
    private readonly tickManager: TickManager
  ) {}

  /** A container has ended. */
  left(moves: boolean): void {
    if (moves) this.moved++
    else this.ended++
    this.look?.()
  }

  /** @param announce tells the network; resolves when it will start nothing here any more */
  async run(announce: () => Promise<void>, timeoutMs: number): Promise<DrainResult> {
    this.moved = 0
    this.ended = 0
    await new Promise<void>((resolve) => {
      const cancel = schedule(this.tickManager, timeoutMs, resolve)
      let complete = false
      this.look = () => {
        if (!complete || this.host.serving > 0) return
        cancel()
        resolve()
      }
      const startsOver = async (): Promise<void> => {
        await announce()
        await this.host.starter.settled()
      }
      startsOver()
        .catch(() => {}) // unheard, it waits for its time to be over
        .finally(() => {
          complete = true
          this.look?.()
        })
    })
    this.look = undefined
    return { moved: this.moved, ended: this.ended, left: this.host.serving }
  }
}
