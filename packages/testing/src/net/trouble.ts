// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Violation } from '../kernel/history'

/** Lines of the story that a message shows. */
const storyLines = 25

/** A promise of the network, or one of yours, did not hold; or code in it did what cannot be done in virtual time. */
export class TestNetworkError extends Error {
  /** Always the same: for texts that print it. */
  override readonly name = 'TestNetworkError'

  constructor(
    /** Replays it. */
    readonly seed: number,
    readonly violations: readonly Violation[],
    /** What happened last, for people. */
    readonly story: readonly string[],
    { again, cause }: { readonly again?: string; readonly cause?: unknown } = {}
  ) {
    const what = violations.map(({ checker, at, message }) => `${checker}, at ${(at / 1000).toFixed(3)} s: ${message}`)
    const lines = [
      `Seed ${seed}: ${what.join('\n')}`,
      ...(again === undefined ? [] : [again]),
      'What happened last:',
      ...story.slice(-storyLines)
    ]
    super(lines.join('\n'), cause === undefined ? {} : { cause })
  }
}
