// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { ZmtpViolation } from './zmtp-violation'

/** Bytes of a greeting; both sides send theirs without waiting. */
export const GREETING_BYTES = 64

const SIGNATURE_FIRST = 0xff
const SIGNATURE_LAST = 0x7f
const SIGNATURE_LAST_AT = 9
const MAJOR_AT = 10
const MINOR_AT = 11
const MECHANISM_AT = 12
const MECHANISM_END = 32
const MAJOR = 3
const MINOR = 1
const MECHANISM = 'NULL'

function makeGreeting(): Uint8Array {
  const bytes = Buffer.alloc(GREETING_BYTES)
  bytes[0] = SIGNATURE_FIRST
  bytes[SIGNATURE_LAST_AT] = SIGNATURE_LAST
  bytes[MAJOR_AT] = MAJOR
  bytes[MINOR_AT] = MINOR
  bytes.write(MECHANISM, MECHANISM_AT, 'latin1')
  return bytes
}

/** Ours: ZMTP 3.1, mechanism NULL. */
export const zmtpGreeting: Uint8Array = makeGreeting()

/** Reads the greeting of a peer, in whatever pieces it comes. */
export class ZmtpGreetingReader {
  private readonly bytes = Buffer.alloc(GREETING_BYTES)
  private count = 0

  get complete(): boolean {
    return this.count === GREETING_BYTES
  }

  /** Minor version of the peer; 1 and later know PING. Valid once complete. */
  get minor(): number {
    return this.bytes[MAJOR_AT] > MAJOR ? MINOR : this.bytes[MINOR_AT]
  }

  /** Takes what is still missing from the beginning of `chunk`, and answers how many bytes that were. */
  take(chunk: Uint8Array): number {
    const taken = Math.min(GREETING_BYTES - this.count, chunk.length)
    this.bytes.set(chunk.subarray(0, taken), this.count)
    this.count += taken
    return taken
  }

  /** The rule that is broken by what came so far: a stranger is known by the first byte. */
  violation(): ZmtpViolation | undefined {
    const { bytes, count } = this
    const signed =
      (count === 0 || bytes[0] === SIGNATURE_FIRST) &&
      (count <= SIGNATURE_LAST_AT || bytes[SIGNATURE_LAST_AT] === SIGNATURE_LAST)
    if (!signed) return new ZmtpViolation('signature', 'what came is no greeting of ZMTP')
    if (count > MAJOR_AT && bytes[MAJOR_AT] < MAJOR) {
      return new ZmtpViolation('version', `ZMTP ${bytes[MAJOR_AT]} is older than ${MAJOR}.0`)
    }
    if (count < MECHANISM_END) return undefined
    const mechanism = bytes.toString('latin1', MECHANISM_AT, MECHANISM_END).replace(/\0+$/, '')
    if (mechanism === MECHANISM) return undefined
    const shown = JSON.stringify(mechanism.replace(/[^\x20-\x7e]/g, '?'))
    return new ZmtpViolation('mechanism', `the mechanism is ${shown}, not ${MECHANISM}`)
  }
}
