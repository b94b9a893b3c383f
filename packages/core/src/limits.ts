// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Limits of what a peer may send or ask for. `docs/LIMITS.md` lists them; each is an option where it is enforced. */
export const limits = {
  /** Bytes of one message's payload: larger ones block the event loop while parsed (JSON.parse of 1 MiB of arrays takes 150 ms). */
  maxPayloadBytes: 4 * 1024 * 1024,
  /** Bytes of an answer: one beyond `maxPayloadBytes` travels in parts, which are put together in memory. */
  maxAnswerBytes: 64 * 1024 * 1024,
  /** Bytes of the answers of one peer that come in parts, at a time; the others wait. At least one goes, however large. */
  maxIncompleteBytes: 64 * 1024 * 1024,
  /** The same of all clients of a server together, with those that it has passed on and that are not read. */
  maxIncompleteBytesOfAll: 256 * 1024 * 1024,
  /** Nesting of a payload: `structuredClone` and `JSON.stringify` throw near 10 000. */
  maxPayloadDepth: 64,
  /** Values and keys in a payload: parsing costs by tokens more than by bytes. */
  maxPayloadTokens: 100_000,
  /** Requests in flight per peer. */
  maxInFlightRequests: 1024,
  /** Bytes of requests in flight, and of answers kept for repeating, per peer. */
  maxInFlightBytes: 16 * 1024 * 1024,
  /** Bytes of answers and events that a server keeps for all clients without a connection together. */
  maxDetachedBytes: 64 * 1024 * 1024,
  /** Requests in flight of a 0.7 peer; beyond it is told to retry. */
  maxInFlightRequestsProtocol1: 25,
  /** Unsent bytes for one slow consumer; then it is cut off and told. */
  maxUnsentBytes: 8 * 1024 * 1024,
  /** Events that were sent last and are kept, to be sent again to a peer whose connection broke before it got them. */
  maxResumeEvents: 256,
  /** Bytes of them. */
  maxResumeBytes: 1024 * 1024,
  /** Events kept until `on` is first set. */
  maxEventsBeforeHandler: 1000,
  /** Bytes of events that wait for a connection's handler. */
  maxWaitingEventBytes: 8 * 1024 * 1024,
  /** Bytes of a container's `extra` as JSON: it rides in every record, list and registration. */
  maxExtraBytes: 64 * 1024,
  maxLabels: 64,
  maxLabelBytes: 128,
  /** Bytes of a uuid, a kind and an operation's name. */
  maxNameBytes: 256,
  /** Streams that one peer may have open at a time, in each direction. */
  maxStreams: 1024,
  /** Items of a stream on their way: sent, and not consumed. */
  maxStreamItems: 256,
  /** Bytes of a stream on their way; the item that goes beyond still goes. With 1 MiB two processes wait for each other. */
  maxStreamBytes: 4 * 1024 * 1024,
  /** Streams of one session that may have so much; while more are open each has `minStreamBytes`. */
  maxWideStreams: 16,
  /** Times `maxStreams`, and the wide ones, is what a hostile peer can make us keep. */
  minStreamBytes: 1024 * 1024,
  /** Timers of one container: more are those of one that forgets to cancel them. */
  maxTimers: 1000,
  /** Reminders of one container. */
  maxReminders: 100,
  /** Bytes of a reminder's data as JSON: what is more belongs in a store of the container's own. */
  maxReminderDataBytes: 8 * 1024,
  /** Milliseconds between two of a reminder that repeats: each is a write to the coordinator's disk, and perhaps a start. */
  minReminderIntervalMs: 1000,
  /** Reminders that a coordinator keeps in all: they are in its memory too. */
  maxStoredReminders: 100_000,
  /** Bytes of them, as they are written. */
  maxStoredReminderBytes: 256 * 1024 * 1024,
  /** Reminders that are delivered at a time: more wait, so that those due after a pause don't start everything at once. */
  maxReminderDeliveries: 64,
  /** Calls that wait for their turn in one container, unless that says otherwise: a few of them may be full before its agent takes no more. */
  maxWaitingTurns: 256,
  /** Calls that are made one for the other, each in the turn of the one before: more call each other without end. */
  maxCallHops: 32,
  /** Frames of garbage from one peer before it is cut off. */
  maxGarbageFrames: 10
} as const
