// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { EmitEffect, NetworkEffect } from './effects'

/** Keeps effects until the tables agree again, so that whoever runs them may call back at once. */
export class Outbox {
  private readonly effects: NetworkEffect[] = []
  private flushing = false

  constructor(private readonly emit: EmitEffect) {}

  push(effect: NetworkEffect): void {
    this.effects.push(effect)
  }

  /** Emits in order; what comes meanwhile joins the end. An effect whose receiver throws is not repeated. */
  flush(): void {
    if (this.flushing) return
    this.flushing = true
    let sent = 0
    try {
      while (sent < this.effects.length) this.emit(this.effects[sent++])
    } finally {
      this.effects.splice(0, sent)
      this.flushing = false
    }
  }
}
