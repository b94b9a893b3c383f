// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Frames } from './frames'
import { errorFrame, printable, pongFrame, readCommand, readyFrame, type ZmtpCommand } from './zmtp-command'
import { ZmtpFrameDecoder, type ZmtpFrameSink, type ZmtpLimits } from './zmtp-frame-decoder'
import { ZmtpGreetingReader } from './zmtp-greeting'
import { ZmtpViolation } from './zmtp-violation'

/** The kind of socket that we are: a ROUTER listens, a DEALER connects. */
export type ZmtpRole = 'ROUTER' | 'DEALER'

/** Who may be at the other end, of all that ZMTP allows: whoever is our other half. REQ and REP add frames of their own. */
const PARTNERS: Readonly<Record<ZmtpRole, ZmtpRole>> = { ROUTER: 'DEALER', DEALER: 'ROUTER' }

/** What one end of a connection does with what a {@link ZmtpProtocol} found. */
export interface ZmtpEffects {
  /** Our part of the handshake, and answers to PING. The greeting is sent by whoever opens the connection. */
  reply(bytes: Uint8Array): void
  /** The handshake is done: messages may be sent. */
  ready(): void
  message(frames: Frames): void
  /** A message of one frame, where it lies in what came. */
  part(chunk: Uint8Array, start: number, end: number): void
}

/**
 * - `greeting`: the peer's 64 bytes are not complete
 * - `handshake`: its READY is still to come
 * - `traffic`: messages both ways
 */
type Phase = 'greeting' | 'handshake' | 'traffic'

/** What one end of a connection understands, with mechanism NULL. It owns no socket and no timer. */
export class ZmtpProtocol implements ZmtpFrameSink {
  private phase: Phase = 'greeting'
  private readonly greeting = new ZmtpGreetingReader()
  private readonly decoder: ZmtpFrameDecoder
  private violation: ZmtpViolation | undefined

  constructor(
    private readonly role: ZmtpRole,
    limits: ZmtpLimits,
    private readonly effects: ZmtpEffects
  ) {
    this.decoder = new ZmtpFrameDecoder(limits, this)
  }

  /** Messages may be sent. */
  get established(): boolean {
    return this.phase === 'traffic'
  }

  /** It speaks ZMTP 3.1 at least; older ones need not know PING. */
  get understandsPing(): boolean {
    return this.greeting.complete && this.greeting.minor > 0
  }

  get heldBytes(): number {
    return this.decoder.heldBytes
  }

  /** Where the next bytes may be put to be taken by {@link filled}. */
  get gap(): Uint8Array | undefined {
    return this.decoder.gap
  }

  /** So many bytes were put into the {@link gap}. */
  filled(bytes: number): void {
    this.decoder.filled(bytes)
  }

  /** Nothing that comes is handed on any more. */
  stop(): void {
    this.decoder.stop()
  }

  /** Takes what came from the peer; a violation is the end of the connection. */
  push(chunk: Uint8Array): ZmtpViolation | undefined {
    if (this.phase !== 'greeting') return this.read(chunk)
    const taken = this.greeting.take(chunk)
    const violation = this.greeting.violation()
    if (violation !== undefined) return violation
    if (!this.greeting.complete) return undefined
    this.phase = 'handshake'
    this.effects.reply(readyFrame(this.role))
    return taken === chunk.length ? undefined : this.read(chunk.subarray(taken))
  }

  message(frames: Frames): void {
    this.effects.message(frames)
  }

  part(chunk: Uint8Array, start: number, end: number): void {
    this.effects.part(chunk, start, end)
  }

  command(body: Uint8Array): void {
    const command = readCommand(body)
    this.violation = command === undefined ? unreadable(body) : this.obey(command)
    if (this.violation !== undefined) this.decoder.stop()
  }

  private read(chunk: Uint8Array): ZmtpViolation | undefined {
    const violation = this.decoder.push(chunk) ?? this.violation
    if (violation !== undefined && this.phase === 'handshake' && violation.rule !== 'peer-error') {
      this.effects.reply(errorFrame(violation.message))
    }
    return violation
  }

  private obey(command: ZmtpCommand): ZmtpViolation | undefined {
    if (command.name === 'ERROR') return new ZmtpViolation('peer-error', `the peer says ${command.reason}`)
    if (command.name === 'other') return undefined
    if (command.name === 'READY') return this.start(command.socketType)
    if (this.phase !== 'traffic')
      return new ZmtpViolation('early', `${command.name} came before the handshake was done`)
    if (command.name === 'PING') this.effects.reply(pongFrame(command.context))
    return undefined
  }

  private start(socketType: string): ZmtpViolation | undefined {
    if (this.phase === 'traffic') return new ZmtpViolation('command', 'READY came twice')
    const partner = PARTNERS[this.role]
    if (socketType !== partner) {
      return new ZmtpViolation('socket-type', `the peer is ${printable(socketType)}, not a ${partner}`)
    }
    this.phase = 'traffic'
    this.decoder.acceptsMessages = true
    this.effects.ready()
    return undefined
  }
}

function unreadable(body: Uint8Array): ZmtpViolation {
  return new ZmtpViolation('command', `a command of ${body.length} bytes cannot be read`)
}
