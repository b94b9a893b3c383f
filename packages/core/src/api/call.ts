// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Options of one request. */
export interface RequestOptions {
  /** How long to wait for the answer in milliseconds; 0 waits without end. Default 30 s. */
  timeoutMs?: number
  /** The container may execute it more than once: it is retried when its outcome cannot be known. */
  idempotent?: boolean
}

/** Options of one get. */
export interface GetCallOptions {
  /** How long to wait for the container in milliseconds; 0 waits without end. Default 30 s. */
  timeoutMs?: number
}
