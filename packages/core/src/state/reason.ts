// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Characters of a reason that is remembered. */
const maxReasonChars = 256

/** So much of a text as is remembered for people: 256 characters. */
export function reasonOf(text: string): string {
  // A slice would keep the whole text, which may be very long, in memory
  return text.length <= maxReasonChars ? text : Array.from(text.slice(0, maxReasonChars)).join('')
}
