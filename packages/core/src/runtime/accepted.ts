// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** The one promise of everything that was accepted for sending at once: events are many, and there is nothing to tell of each. */
export const accepted: Promise<void> = Promise.resolve()
