// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ActivationToken } from '../api/token'

/** Epochs are Unix milliseconds, or one more than an earlier one: nobody has a larger one than this, and all that follow it are whole numbers. */
const maxEpochSeen = 2 ** 51

/** Gives tokens, each larger than any given or seen before. */
export class TokenSource {
  private counter = 0
  /** The last counter of this epoch that was given here. */
  private given = 0

  constructor(private current: number) {}

  get epoch(): number {
    return this.current
  }

  /** The last that was given or seen. */
  get last(): ActivationToken {
    return { epoch: this.current, counter: this.counter }
  }

  next(): ActivationToken {
    this.given = ++this.counter
    return { epoch: this.current, counter: this.given }
  }

  /** It was given here: in this run it is known what became of it. */
  gave({ epoch, counter }: ActivationToken): boolean {
    return epoch === this.current && counter <= this.given
  }

  /** Somebody has this one: what follows is larger. One of a later run moves the epoch past it. */
  see(token: ActivationToken | undefined): void {
    if (token === undefined || token.epoch > maxEpochSeen) return
    if (token.epoch > this.current) {
      this.current = token.epoch + 1
      this.counter = this.given = 0
    } else if (token.epoch === this.current && token.counter > this.counter) {
      this.counter = token.counter
    }
  }
}
