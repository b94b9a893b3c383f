// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

export { encodePayload as encodeValue, decodePayload as decodeValue } from './payload'
