// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Rules of ZMTP that a peer can break, and our limits: what a closed connection is counted under. Append only. */
export const zmtpRules = [
  /** What came first is no greeting of ZMTP. */
  'signature',
  /** Older than ZMTP 3. */
  'version',
  /** A security mechanism that is not ours. */
  'mechanism',
  /** Reserved bits, or a combination of bits that has no meaning. */
  'flags',
  /** A message or a command longer than it may be. */
  'size',
  /** A message of more frames than it may have. */
  'frames',
  /** A command that cannot be read, or that has no place where it came. */
  'command',
  /** A kind of socket that ours does not talk to. */
  'socket-type',
  /** Traffic before the handshake was done. */
  'early',
  /** The peer itself reported an error. */
  'peer-error',
  /** No complete handshake in time. */
  'handshake-timeout',
  /** More connections at once, whose peers have said nothing yet, than a listener bears. */
  'handshakes',
  /** Nothing came for two intervals of the heartbeat. */
  'silence',
  /** Nothing was said in time after the handshake. */
  'first-message-timeout'
] as const

/** One of the rules of ZMTP that are counted apart. */
export type ZmtpRule = (typeof zmtpRules)[number]

/** Why a connection had to end: the peer broke a rule. The connection is not usable any more. */
export class ZmtpViolation extends Error {
  constructor(
    readonly rule: ZmtpRule,
    message: string
  ) {
    super(message)
    this.name = 'ZmtpViolation'
  }
}
