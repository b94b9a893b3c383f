// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { defaultTimeoutsMs, limits } from '@hcengineering/network-core'
import type { PeerLimits } from '../wire/message'

/** What one session may hold. */
export interface SessionLimits {
  /** Requests sent and not answered, each way; what is beyond waits here, and is told to retry there. */
  readonly maxInFlight: number
  /** The same for a 0.7 client. */
  readonly maxInFlightProtocol1: number
  /** Bytes of requests sent and not answered. */
  readonly maxInFlightBytes: number
  /** Bytes of an answer that goes in one message; a larger one goes in parts. */
  readonly maxWholeAnswerBytes: number
  /** Bytes of an answer, in parts or not, each way; beyond, it fails with `TOO_LARGE`. */
  readonly maxAnswerBytes: number
  /** Bytes of one part. */
  readonly answerPartBytes: number
  /** Bytes of the answers of the peer that come in parts, at a time; the others wait. */
  readonly maxIncompleteBytes: number
  /** The same of all clients of a server together, with what goes to them in parts and is not read. */
  readonly maxIncompleteBytesOfAll: number
  /** An answer in parts of which nothing comes is given up after so many milliseconds, or twice as many. */
  readonly answerStallMs: number
  /** Requests that wait to be sent; beyond, they fail with `OVERLOADED`. */
  readonly maxWaiting: number
  /** Bytes of requests that wait to be sent. */
  readonly maxWaitingBytes: number
  /** Bytes of events for a peer that reads too slowly; beyond, events are dropped, counted and told. */
  readonly maxUnsentBytes: number
  /** Events that were sent last and are kept, to be sent again to a peer whose connection broke before it got them. */
  readonly maxResumeEvents: number
  /** Bytes of them; what is beyond either is told as lost. */
  readonly maxResumeBytes: number
  /** They are kept for so many milliseconds after the loss of the connection. */
  readonly resumeMs: number
  /** Answers kept for requests that come again. */
  readonly maxAnswered: number
  /** Bytes of answers kept; beyond, the oldest lose their bodies, and a repeat is told `OUTCOME_UNKNOWN`. */
  readonly maxAnsweredBytes: number
  /** Sessions of clients without a connection that a server keeps; beyond, the one longest without ends. */
  readonly maxDetached: number
  /** Bytes that these sessions keep, all together; beyond, those longest without give up what they sent last, and then answers and what waits. */
  readonly maxDetachedBytes: number
  /** Streams that one side has asked for and that are open. */
  readonly maxStreams: number
  /** Frames of garbage from one peer before it is cut off. */
  readonly maxGarbage: number
}

/** The limits of a session unless others are given; `docs/LIMITS.md` explains the numbers. */
export const defaultSessionLimits: SessionLimits = {
  maxInFlight: limits.maxInFlightRequests,
  maxInFlightProtocol1: limits.maxInFlightRequestsProtocol1,
  maxInFlightBytes: limits.maxInFlightBytes,
  maxWholeAnswerBytes: limits.maxPayloadBytes,
  maxAnswerBytes: limits.maxAnswerBytes,
  // Something small waits no longer than for the part before it, which is written within a millisecond
  answerPartBytes: 256 * 1024,
  maxIncompleteBytes: limits.maxIncompleteBytes,
  maxIncompleteBytesOfAll: limits.maxIncompleteBytesOfAll,
  answerStallMs: defaultTimeoutsMs.answerStall,
  // Sixty-four times what is in flight: whoever starts more at once than any burst seen so far has lost count
  maxWaiting: 64 * limits.maxInFlightRequests,
  maxWaitingBytes: 4 * limits.maxInFlightBytes,
  maxUnsentBytes: limits.maxUnsentBytes,
  maxResumeEvents: limits.maxResumeEvents,
  maxResumeBytes: limits.maxResumeBytes,
  resumeMs: defaultTimeoutsMs.resume,
  // A peer repeats what it had in flight when the connection broke: half of this; the rest is margin
  maxAnswered: 2 * limits.maxInFlightRequests,
  maxAnsweredBytes: limits.maxInFlightBytes,
  // More clients than come back at once after a break of the network; each costs about a kilobyte
  maxDetached: 10_000,
  maxDetachedBytes: limits.maxDetachedBytes,
  maxStreams: limits.maxStreams,
  maxGarbage: limits.maxGarbageFrames
}

/** What a side with these limits grants its peer. */
export function creditOf(limits: SessionLimits, requests: number = limits.maxInFlight): PeerLimits {
  return { requests, requestBytes: limits.maxInFlightBytes, answerBytes: limits.maxAnswerBytes }
}
