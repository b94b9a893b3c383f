// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import type { PendingRequest } from './request-table'

/** There is no session of that client. */
export function gone(client: string): NetworkError {
  return new NetworkError('UNAVAILABLE', `No client '${client}' is connected`)
}

/** What a request to a client ends with whose session has ended. */
export function lost({ attempts, what }: PendingRequest<unknown>, client: string): NetworkError {
  const text = `The client '${client}' is gone`
  if (attempts === 0) return new NetworkError('UNAVAILABLE', `${text}; ${what} was not sent to it`)
  return new NetworkError('OUTCOME_UNKNOWN', `${text}; ${what} was sent and not answered`)
}

/** What a stream with a client ends with whose session has ended. */
export function lostStream(client: string): NetworkError {
  return new NetworkError('OUTCOME_UNKNOWN', `The client '${client}' is gone, and the stream with it`)
}
