// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { Body } from '../wire/body'
import { GROWTH } from '../wire/zmtp-frame-decoder'

/** The least that is set aside for an answer. */
const MIN_BYTES = 64 * 1024
/** Parts of one answer: what comes in crumbs costs more than it is worth. */
export const MAX_PARTS = 4096

const NOTHING: Uint8Array = Buffer.alloc(0)

/** Of how many bytes the parts of an answer are. @param wanted unless they would be too many */
export function partBytesOf(bytes: number, wanted: number): number {
  return Math.max(wanted, Math.ceil(bytes / MAX_PARTS))
}

/** An answer that comes in parts, as far as it has come. Memory follows what has come, not what was announced. */
export class AnswerParts {
  private bytes = NOTHING
  private have = 0
  private parts = 0

  /** @param total as it was announced */
  constructor(readonly total: number) {}

  /** How many have come. */
  get count(): number {
    return this.parts
  }

  /** The next part; answers how it breaks the rules, if it does. */
  add(part: Uint8Array): string | undefined {
    const { have, total } = this
    const needed = have + part.length
    if (needed > total) return `${needed} bytes came of an answer that was announced with ${total}`
    if (this.parts === MAX_PARTS) return `an answer came in more than ${MAX_PARTS} parts`
    if (needed > this.bytes.length) this.grow(needed)
    this.bytes.set(part, have)
    this.have = needed
    this.parts++
    return undefined
  }

  /** The whole answer, or how it is none. */
  get body(): Body | NetworkError {
    if (this.have === this.total) return Body.received(this.bytes, 0, this.total)
    const text = `The peer broke the protocol: an answer of ${this.total} bytes ended after ${this.have}`
    return new NetworkError('PROTOCOL_ERROR', text)
  }

  private grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.min(this.total, Math.max(MIN_BYTES, GROWTH * needed)))
    grown.set(this.bytes.subarray(0, this.have))
    this.bytes = grown
  }
}
