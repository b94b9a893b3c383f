// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Container } from '@hcengineering/network-core'
import { monotonicMs } from '../harness/monotonic'

/** Counts what it is asked, and takes the count with it when it moves. */
export class CountingContainer implements Container {
  /** When the last one moved into this process; see `monotonicMs`. */
  static arrivedAtMs = NaN
  private count = 0

  async request(): Promise<number> {
    return ++this.count
  }

  async ping(): Promise<void> {}
  async terminate(): Promise<void> {}

  async dehydrate(): Promise<number> {
    return this.count
  }

  async rehydrate(count: number): Promise<void> {
    this.count = count
    CountingContainer.arrivedAtMs = monotonicMs()
  }

  connect(): void {}
  disconnect(): void {}
}
