// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/**
 * Runs a callback of users' code whose outcome nobody awaits: what it throws goes to `failed`, and so does the rejection
 * of one that was written as an async function though its type says `void`.
 */
export function contain(callback: () => unknown, failed: (error: unknown) => void): void {
  try {
    watch(callback(), failed)
  } catch (error) {
    failed(error)
  }
}

/** The second half of {@link contain}: for a callback that has returned. */
export function watch(outcome: unknown, failed: (error: unknown) => void): void {
  if (outcome instanceof Promise) outcome.catch(failed)
}
