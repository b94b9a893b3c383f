// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Container, TerminateContext } from '@hcengineering/network-core'

/** What became of the containers of a process that cannot end at once. */
export interface Lingering {
  made: number
  /** Ends that were put off. */
  postponed: number
  restored: number
}

/** Never done when it is to end: it asks for time, and is there when somebody comes back. */
export class LingeringContainer implements Container {
  constructor(private readonly facts: Lingering) {
    facts.made++
  }

  async request(_operation: string, data: unknown): Promise<unknown> {
    return data
  }

  async ping(): Promise<void> {}

  async terminate(context?: TerminateContext): Promise<void> {
    if (context === undefined || context.final) return
    context.notYet({ reason: 'its work goes on' })
    this.facts.postponed++
  }

  restore(): void {
    this.facts.restored++
  }

  connect(): void {}
  disconnect(): void {}
}
