// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ActivationContext, Container, Timers } from '@hcengineering/network-core'

/** Has timers, which its process sets. */
export class TickingContainer implements Container {
  /** Of those of this process that serve, in the order in which they began to. */
  static readonly timers: Timers[] = []

  activated({ timers }: ActivationContext): void {
    TickingContainer.timers.push(timers)
  }

  async request(): Promise<void> {}
  async ping(): Promise<void> {}
  async terminate(): Promise<void> {}
  connect(): void {}
  disconnect(): void {}
}
