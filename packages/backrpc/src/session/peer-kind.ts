// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** What kind of peer it is. */
export interface PeerKind {
  /** It told us its session: 0.8 or later. */
  readonly ours: boolean
  /** It understands notices of lost events. */
  readonly tellGaps: boolean
  /** How many of its requests run at a time. */
  readonly maxRunning: number
  /** Bytes of an answer that it takes in parts; absent where it takes none. */
  readonly answerBytes?: number
  /** It understands that it shall try again later; otherwise what is beyond fails. */
  readonly retries: boolean
  /** What it asks for one must not be in the way of what it asks for another. */
  readonly asksForOthers?: boolean
}
