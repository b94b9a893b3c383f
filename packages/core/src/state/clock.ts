// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** The time of the input that runs. */
export class Clock {
  /** Milliseconds. */
  now = 0

  /** Whole seconds. */
  get seconds(): number {
    return Math.floor(this.now / 1000)
  }
}
