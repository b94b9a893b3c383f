// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ClientUuid, Container, RequestContext } from '@hcengineering/network-core'

/** A reminder as its container is asked to set it. */
export interface ReminderAsked {
  /** Comes back as the answer. */
  readonly n: number
  readonly name: string
  /** Unix milliseconds. */
  readonly at: number
}

/** Sets reminders, and notes when they come. */
export class RemindedContainer implements Container {
  /** When each came to this process, in Unix milliseconds. */
  static readonly heardAt: number[] = []
  static made = 0

  constructor() {
    RemindedContainer.made++
  }

  /** Answers when the reminder is on the coordinator's disk. */
  async request(
    _operation: string,
    { n, name, at }: ReminderAsked,
    _client?: ClientUuid,
    context?: RequestContext
  ): Promise<{ n: number }> {
    await context?.reminders.set(name, { at })
    return { n }
  }

  async reminded(): Promise<void> {
    RemindedContainer.heardAt.push(Date.now())
  }

  async ping(): Promise<void> {}
  async terminate(): Promise<void> {}
  connect(): void {}
  disconnect(): void {}
}
