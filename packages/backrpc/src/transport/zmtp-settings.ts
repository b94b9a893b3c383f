// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits } from '@hcengineering/network-core'

/** What our use of ZMTP sets, with the reasons; times in milliseconds. */
export const zmtpSettings = {
  /** A payload and its small frames. Sizes are checked before sending: this stops strangers. */
  maxMessageBytes: limits.maxPayloadBytes + 64 * 1024,
  /** Our messages have at most 8; protocol 1 has 4. */
  maxFrames: 16,
  /** A READY with all that a libzmq socket may say of itself is far below. */
  maxCommandBytes: 8 * 1024,
  /**
   * Bytes that wait for one peer before its sender is told `full`: what two hosts a tenth of a second apart at 80 Mbit/s
   * have under way.
   */
  maxQueuedBytes: 1024 * 1024,
  /** What a message costs besides its bytes while it waits: many empty ones are not for nothing. */
  messageOverheadBytes: 64,
  /** So much is written at a time: a queue of this size does not wait for the end of the turn, it gains nothing more. */
  batchBytes: 256 * 1024,
  /**
   * Nor does a queue of so many messages, while the turn goes on making more: the peer works on these meanwhile, where
   * it would otherwise have nothing to do until the turn ends, and then we until its turn ends. Measured with an echo at
   * 256 in flight over two processes on two idle cores: 60 000 requests/s without, 95 000 to 110 000 with 32 to 128; with
   * 32 also 50 % more at 64 in flight. Fewer cost more writes than is gained.
   */
  batchMessages: 32,
  /** Small frames are written together into blocks of this size. */
  slabBytes: 64 * 1024,
  /** Blocks that are kept for the next write. One is in use unless peers are slow. */
  maxSpareSlabs: 4,
  /**
   * Read at a time, where it is not known what comes: some hundred small requests, a millisecond's work or two. More would
   * have others wait longer behind who floods.
   */
  readBytes: 16 * 1024,
  /** The same behind a large body, where the header of another is likely what comes: at least, and at most. */
  minHeaderReadBytes: 4 * 1024,
  maxHeaderReadBytes: 64 * 1024,
  /** A stranger who connects and says nothing. */
  handshakeTimeoutMs: 2_000,
  /** A stranger who shakes hands and then says nothing: every client says hello at once. One cut off for a pause of its own comes back. */
  firstMessageTimeoutMs: 2_000,
  /**
   * Connections of one listener, at a time, whose peers have not said anything yet, their handshake done or not. It takes
   * three round trips: more are a flood, or clients that come back after a restart and try again.
   */
  maxHandshakes: 1_024,
  /** The system asks a silent host again after one second and after three; then somebody else should be asked. */
  connectTimeoutMs: 4_000,
  /** How long a closed transport waits for a peer that reads nothing. */
  lingerMs: 200,
  /** How often it waits for one that reads slowly. */
  maxLingers: 10,
  reconnectMinMs: 50,
  reconnectMaxMs: 1_000,
  /** When the system begins to ask whether a silent peer's host is still there. */
  keepAliveDelayMs: 30_000
} as const
