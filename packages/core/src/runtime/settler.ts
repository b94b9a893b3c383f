// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkError } from '../errors'

/** A promise's two ends, kept until an effect settles it. */
export interface Settler<T> {
  resolve(value: T): void
  reject(error: NetworkError): void
}
