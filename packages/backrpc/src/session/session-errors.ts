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

/** The server has said nothing for so long. */
export function silent(where: string, forMs: number): NetworkError {
  return new NetworkError('UNAVAILABLE', `${where} has been silent for ${forMs} ms`)
}

/** A connection stands, and nobody knows a client there. */
export function unanswered(where: string, forMs: number): NetworkError {
  return new NetworkError('UNAVAILABLE', `${where} has not answered a hello for ${forMs} ms`)
}

/** Who answers is an earlier run of the server than one that is known. */
export function replaced(where: string, run: number | undefined, known: number | undefined): NetworkError {
  const text = `${where} answers as run ${run} of the server, but run ${known} is known: two of them run; stop the older one`
  return new NetworkError('UNAVAILABLE', text)
}

/** What a request to a server ends with that may have been executed in a session of which it knows no more. */
export function forgotten({ what }: PendingRequest<unknown>, where: string): NetworkError {
  return new NetworkError('OUTCOME_UNKNOWN', `${what} was sent to ${where}, which has lost its session since`)
}

/** What a stream ends with that was open when the session was lost. */
export function brokenStream(peer: string, reason: string): NetworkError {
  return new NetworkError('OUTCOME_UNKNOWN', `The stream was open with ${peer}, ${reason}`)
}
