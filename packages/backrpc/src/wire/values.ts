// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { decodePayload, encodePayload } from './payload'

export { encodePayload as encodeValue, decodePayload as decodeValue } from './payload'

export function cloneValue(value: unknown): unknown {
  return decodePayload(encodePayload(value))
}
