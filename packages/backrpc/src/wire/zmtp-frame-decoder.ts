// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { EMPTY, type Frames } from './frames'
import { COMMAND, LONG, LONG_HEADER_BYTES, MORE, RESERVED } from './zmtp-header'
import { ZmtpViolation } from './zmtp-violation'

/** What a peer may send. */
export interface ZmtpLimits {
  /** Bytes of a message, its frames added up. */
  readonly maxMessageBytes: number
  /** Frames of a message: each costs an object, however short it is. */
  readonly maxFrames: number
  /** Bytes of a command's body. The longest real one is a READY with a few properties. */
  readonly maxCommandBytes: number
}

/** Who is told what a {@link ZmtpFrameDecoder} found. */
export interface ZmtpFrameSink {
  /** Frames are views of the chunk they came in, and hold its memory: copy what is kept for long. */
  message(frames: Frames): void
  /** A message of one frame that lies in one chunk, from `start` to `end`: most are, and a view would cost more than they. */
  part(chunk: Uint8Array, start: number, end: number): void
  command(body: Uint8Array): void
}

type Stage = 'flags' | 'length' | 'body'

/** The least that is set aside for a body that did not come in one chunk. */
const MIN_BODY_BYTES = 4 * 1024
/**
 * What is set aside for a body, as a multiple of what has come of it: nobody gets memory for a length that is merely
 * claimed, and of a large body little is copied more than once. Two mebibytes follow a piece of 64 KiB.
 */
export const GROWTH = 32
/** A gap of less is not worth a read of its own. */
const MIN_GAP_BYTES = 16 * 1024

/**
 * Takes messages and commands out of a stream of bytes, in whatever pieces it comes. Lengths are checked before memory
 * is set aside. A frame that lies in one chunk is handed on as a view, without copying.
 */
export class ZmtpFrameDecoder {
  /** Until the handshake is done there are only commands. */
  acceptsMessages = false
  private stage: Stage = 'flags'
  private flags = 0
  private length = 0
  private lengthBytes = 0
  /** Of a frame that did not come in one chunk. */
  private body: Uint8Array = EMPTY
  private have = 0
  /** Of a message whose last frame is still to come. */
  private frames: Uint8Array[] = []
  private bytes = 0
  private stopped = false

  constructor(
    private readonly limits: ZmtpLimits,
    private readonly sink: ZmtpFrameSink
  ) {}

  /** Memory that was set aside for what is not complete yet, views of chunks included. */
  get heldBytes(): number {
    return this.bytes + this.body.length
  }

  /** Where the next bytes belong, when there is room for many of one body: put there, they need not be copied. */
  get gap(): Uint8Array | undefined {
    return this.body.length - this.have < MIN_GAP_BYTES ? undefined : this.body.subarray(this.have)
  }

  /** So many bytes were put into the {@link gap}. */
  filled(bytes: number): void {
    this.have += bytes
    if (this.have === this.length) this.complete(this.body)
  }

  /** Nothing is handed on any more, not even the rest of the chunk at hand. */
  stop(): void {
    this.stopped = true
    this.frames = []
    this.bytes = 0
    this.body = EMPTY
    this.have = 0
  }

  /** Hands on all that is complete with `chunk`. A violation is the end: nothing is read after it. */
  push(chunk: Uint8Array): ZmtpViolation | undefined {
    const end = chunk.length
    let at = 0
    while (at < end && !this.stopped) {
      if (this.stage === 'body') {
        at += this.takeBody(chunk, at)
        continue
      }
      const violation = this.stage === 'flags' ? this.begin(chunk[at]) : this.measure(chunk[at])
      if (violation !== undefined) {
        this.stop()
        return violation
      }
      at++
    }
    return undefined
  }

  private begin(flags: number): ZmtpViolation | undefined {
    if ((flags & RESERVED) !== 0) return new ZmtpViolation('flags', `reserved bits are set in flags 0x${hex(flags)}`)
    if ((flags & COMMAND) === 0) {
      if (!this.acceptsMessages) return new ZmtpViolation('early', 'a message came before the handshake was done')
      const { maxFrames } = this.limits
      if (this.frames.length >= maxFrames) {
        return new ZmtpViolation('frames', `a message has more than the ${maxFrames} frames it may have`)
      }
    } else if ((flags & MORE) !== 0) {
      return new ZmtpViolation('flags', `a command has no further frames, as flags 0x${hex(flags)} say`)
    }
    this.flags = flags
    this.length = 0
    this.lengthBytes = (flags & LONG) === 0 ? 1 : LONG_HEADER_BYTES - 1
    this.stage = 'length'
    return undefined
  }

  /** One more byte of the length. Lengths beyond 2^53 lose digits here, and are refused in any case. */
  private measure(byte: number): ZmtpViolation | undefined {
    this.length = this.length * 256 + byte
    if (--this.lengthBytes > 0) return undefined
    const violation = this.tooLong()
    if (violation !== undefined) return violation
    if (this.length === 0) this.complete(EMPTY)
    else this.stage = 'body'
    return undefined
  }

  private tooLong(): ZmtpViolation | undefined {
    const { maxCommandBytes, maxMessageBytes } = this.limits
    const isCommand = (this.flags & COMMAND) !== 0
    const bytes = isCommand ? this.length : this.bytes + this.length
    const max = isCommand ? maxCommandBytes : maxMessageBytes
    if (bytes <= max) return undefined
    return new ZmtpViolation(
      'size',
      `a ${isCommand ? 'command' : 'message'} of ${bytes} bytes exceeds the ${max} it may have`
    )
  }

  /** Answers how many bytes of `chunk` were taken. */
  private takeBody(chunk: Uint8Array, at: number): number {
    const missing = this.length - this.have
    const available = chunk.length - at
    if (this.have === 0 && available >= missing) {
      if (this.frames.length === 0 && (this.flags & (COMMAND | MORE)) === 0) {
        this.stage = 'flags'
        this.sink.part(chunk, at, at + missing)
      } else this.complete(chunk.subarray(at, at + missing))
      return missing
    }
    const taken = Math.min(missing, available)
    this.keep(chunk.subarray(at, at + taken))
    if (taken === missing) this.complete(this.body)
    return taken
  }

  private keep(part: Uint8Array): void {
    const needed = this.have + part.length
    if (needed > this.body.length) {
      const grown = Buffer.allocUnsafe(Math.min(this.length, Math.max(MIN_BODY_BYTES, GROWTH * needed)))
      grown.set(this.body.subarray(0, this.have))
      this.body = grown
    }
    this.body.set(part, this.have)
    this.have = needed
  }

  private complete(body: Uint8Array): void {
    this.stage = 'flags'
    this.body = EMPTY
    this.have = 0
    if ((this.flags & COMMAND) !== 0) {
      this.sink.command(body)
      return
    }
    this.frames.push(body)
    this.bytes += body.length
    if ((this.flags & MORE) !== 0) return
    const { frames } = this
    this.frames = []
    this.bytes = 0
    this.sink.message(frames)
  }
}

function hex(flags: number): string {
  return flags.toString(16).padStart(2, '0')
}
