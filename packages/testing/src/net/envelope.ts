// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readValue } from '@hcengineering/network-core'
import type { Id } from '../kernel/history'

const key = '@hcengineering/network-testing'

/** What a request carries in the test network, so that it is known again where it is executed. */
interface Envelope {
  readonly [key]: Id
  readonly data: unknown
}

export function wrapped(id: Id, data: unknown): object {
  const envelope: Envelope = { [key]: id, data }
  return envelope
}

/** The data of a request, and which it is: one that did not come from a test has no number. */
export function unwrapped(carried: unknown): { readonly id?: Id; readonly data: unknown } {
  const value = readValue(carried)
  if (typeof value !== 'object' || value === null || !(key in value)) return { data: value }
  const { [key]: id, data } = value as Envelope
  return { id, data }
}
