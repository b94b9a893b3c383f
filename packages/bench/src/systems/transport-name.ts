// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Transports that our own systems can be asked to use; `default` is whatever the product chooses. */
export const transportNames = ['default', 'zeromq'] as const

export type TransportName = (typeof transportNames)[number]
