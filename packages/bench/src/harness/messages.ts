// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Parent → child. */
export interface CommandMessage {
  readonly id: number
  readonly name: string
  readonly params: unknown
}

/** Child → parent. */
export interface AnswerMessage {
  readonly id: number
  readonly outcome: { readonly value: unknown } | { readonly error: string }
}
