// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Resolves when `done` says so, or after `timeoutMs`. */
export async function within(timeoutMs: number, done: () => boolean): Promise<void> {
  const end = Date.now() + timeoutMs
  while (!done() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 1))
}
