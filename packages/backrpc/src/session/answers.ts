// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import type { Body } from '../wire/body'
import type { RequestId } from '../wire/message'
import type { ProtocolVersion } from '../wire/version'
import type { AnswerMessage } from './incoming-table'

/** What a message counts in a backlog besides its data: the objects that it is made of. */
export const SMALL_BYTES = 256

/** Characters of an error's text that travel: a longer one helps nobody, and must not exceed what a peer accepts. */
const MAX_ERROR_TEXT = 64 * 1024

/** An error that fits, whatever its text is. */
export function errorAnswer(id: RequestId, error: NetworkError): AnswerMessage {
  return { kind: 'error', id, error: errorPayload(error) }
}

/** What travels of an error, cut to what a peer accepts. */
export function errorPayload(error: NetworkError): { [name: string]: unknown } {
  const fields: [string, unknown][] = []
  for (const [name, value] of Object.entries(error.toPayload())) {
    if (typeof value === 'string') fields.push([name, value.slice(0, MAX_ERROR_TEXT)])
    else if (typeof value === 'number') fields.push([name, value])
  }
  return Object.fromEntries(fields)
}

export function sizeOfAnswer(answer: AnswerMessage): number {
  return answer.kind === 'response' ? answer.body.size : SMALL_BYTES
}

/** Where a request was that was executed. */
const stage = 'answering'

/** The outcome of what was executed, and whose answer finds no room behind what waits for that peer. */
export function unread(peer: string, bytes: number, waiting: number, allowed: number): NetworkError {
  const text =
    `The request was executed, but its answer of ${bytes} bytes was dropped: ${waiting} bytes of answers wait for ${peer} ` +
    `already, of ${allowed} at most. Ask for fewer at a time, or for streams`
  return new NetworkError('OUTCOME_UNKNOWN', text, { stage })
}

/** The outcome of what was executed, when that is all that is known of it. */
export function notKept(what: string): NetworkError {
  return new NetworkError('OUTCOME_UNKNOWN', `${what} was executed, but its answer is not kept any more`, { stage })
}

/** What the caller of a request is told whose answer cannot travel. @param error why not */
export function unsentAnswer(error: unknown): NetworkError {
  const { code, message } = NetworkError.from(error)
  const text = `The request was executed, but its answer cannot travel: ${message}`
  return new NetworkError(code, text, { stage, cause: error })
}

/** Why data cannot be said in that protocol. */
export function unsayable(body: Body, { major }: ProtocolVersion): NetworkError | undefined {
  try {
    // Made once, it is kept: from here on it is there to be had
    body.checkFor(major)
    return undefined
  } catch (error) {
    return NetworkError.from(error)
  }
}

/** A peer that is too old for them. */
export function noStreams(peer: string): NetworkError {
  const text = `${peer} knows no streams: it is of an older release, or was told to speak an older protocol`
  return new NetworkError('CONNECT_UNSUPPORTED', text)
}
