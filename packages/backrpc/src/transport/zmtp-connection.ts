// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Frames } from '../wire/frames'
import { pingFrame } from '../wire/zmtp-command'
import type { ZmtpSlabs } from '../wire/zmtp-frame-packer'
import { zmtpGreeting } from '../wire/zmtp-greeting'
import { ZmtpProtocol, type ZmtpEffects, type ZmtpRole } from '../wire/zmtp-protocol'
import { ZmtpViolation, type ZmtpRule } from '../wire/zmtp-violation'
import type { ReadPace } from './read-pace'
import type { BatchHandlers, SendResult } from './transport'
import { ZmtpOutbox } from './zmtp-outbox'
import { zmtpSettings as settings } from './zmtp-settings'
import type { ZmtpIntake, ZmtpReader } from './zmtp-intake'
import type { ZmtpSocket } from './zmtp-sockets'

/** What one end of a connection tells its owner. */
export interface ZmtpConnectionHandlers extends BatchHandlers {
  /** The handshake is done. */
  ready?(): void
  /** The peer says something for the first time: a message follows. */
  introduced?(): void
  message(frames: Frames): void
  /** A message of one frame, where it lies in what came. */
  part(chunk: Uint8Array, start: number, end: number): void
  /** After `full`: there is room again. */
  writable(): void
  /** The last call. @param cause unless the other end, or we, ended it in good order */
  ended(cause: Error | undefined): void
}

/** What all connections of a transport share. */
export interface ZmtpConnectionOptions {
  readonly slabs: ZmtpSlabs
  readonly handshakeTimeoutMs: number
  /** A peer that connected to us says something within this, from the end of its handshake on. */
  readonly firstMessageTimeoutMs: number
  /** 0: never. */
  readonly heartbeatIntervalMs: number
  /** Of all connections of a listener. */
  readonly pace?: ReadPace
}

/** One end of a connection over a socket that stands. */
export class ZmtpConnection implements ZmtpEffects, ZmtpReader {
  private readonly protocol: ZmtpProtocol
  private readonly outbox: ZmtpOutbox
  private timer: NodeJS.Timeout
  /** Until the peer has said something. */
  private firstMessageTimer: NodeJS.Timeout | undefined
  private spoke = false
  private cause: Error | undefined
  private closing = false
  /** Something came since the last heartbeat. */
  private heard = true
  /** What came last is not worked on yet. */
  private waits = false
  /** The turn in which as much came at a time as is read at a time. */
  private floodedIn: number | undefined
  private readonly closed: Promise<void>

  constructor(
    private readonly socket: ZmtpSocket,
    private readonly role: ZmtpRole,
    private readonly options: ZmtpConnectionOptions,
    private readonly handlers: ZmtpConnectionHandlers
  ) {
    const { slabs, handshakeTimeoutMs } = options
    this.protocol = new ZmtpProtocol(role, settings, this)
    this.outbox = new ZmtpOutbox(socket, slabs, () => handlers.writable(), options.pace)
    this.timer = setTimeout(() => this.tooSlow(), handshakeTimeoutMs).unref()
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.ended()
        resolve()
      })
    })
    // The other end has said all. Our answer to that would be lost
    socket.on('end', () => socket.destroy())
    socket.on('error', (error) => (this.cause ??= error))
    socket.write(zmtpGreeting)
  }

  /** Reads what comes: from the intake, or the chunks that the socket emits. */
  listen(intake: ZmtpIntake | undefined): this {
    if (intake === undefined) this.socket.on('data', (chunk: Uint8Array) => this.received(chunk))
    else intake.reader = this
    return this
  }

  /** Messages may be sent. */
  get established(): boolean {
    return this.protocol.established
  }

  send(frames: Frames): SendResult {
    return this.protocol.established ? this.outbox.offer(frames) : 'gone'
  }

  /**
   * Sends what was taken and ends, within the linger time. What still comes is not handed on.
   *
   * @param last goes behind everything else
   */
  async close(last?: Frames): Promise<void> {
    if (this.protocol.established) {
      this.silence()
      this.outbox.end(last)
      this.linger(settings.maxLingers)
    } else {
      this.destroy()
    }
    await this.closed
  }

  /** Ends it at once. @param cause what its owner is told as the reason */
  destroy(cause?: Error): void {
    this.cause ??= cause
    this.silence()
    this.outbox.close()
    this.socket.destroy()
  }

  received(chunk: Uint8Array): void {
    const { pace } = this.options
    this.heard = true
    // Who has said nothing yet is small work, and would give up and come again if it had to wait
    if (pace === undefined || !this.spoke) return this.read(chunk)
    const work = (): void => this.read(chunk)
    if (this.hadShare(chunk.length, pace)) pace.behind(this.pausedUntil(work))
    else if (pace.hasTime()) work()
    else pace.later(this.pausedUntil(work))
  }

  private read(chunk: Uint8Array): void {
    if (this.closing) return
    let violation: ZmtpViolation | undefined
    this.handlers.batchBegins?.()
    try {
      violation = this.protocol.push(chunk)
    } finally {
      this.handlers.batchEnds?.()
    }
    if (violation !== undefined) this.destroy(violation)
  }

  get gap(): Uint8Array | undefined {
    return this.waits ? undefined : this.protocol.gap
  }

  filled(bytes: number): void {
    const { pace } = this.options
    this.heard = true
    const work = (): void => this.fill(bytes)
    if (pace === undefined || pace.hasTime()) work()
    else pace.later(this.pausedUntil(work))
  }

  private fill(bytes: number): void {
    if (this.closing) return
    this.handlers.batchBegins?.()
    try {
      this.protocol.filled(bytes)
    } finally {
      this.handlers.batchEnds?.()
    }
  }

  reply(bytes: Uint8Array): void {
    this.outbox.command(bytes)
  }

  ready(): void {
    clearTimeout(this.timer)
    const { heartbeatIntervalMs } = this.options
    if (heartbeatIntervalMs > 0 && this.protocol.understandsPing) {
      this.timer = setInterval(() => this.beat(), heartbeatIntervalMs).unref()
    }
    if (this.role === 'ROUTER') {
      this.firstMessageTimer = setTimeout(() => this.tooQuiet(), this.options.firstMessageTimeoutMs).unref()
    }
    this.handlers.ready?.()
  }

  message(frames: Frames): void {
    if (!this.spoke) this.introduced()
    this.handlers.message(frames)
  }

  part(chunk: Uint8Array, start: number, end: number): void {
    if (!this.spoke) this.introduced()
    this.handlers.part(chunk, start, end)
  }

  private introduced(): void {
    this.spoke = true
    clearTimeout(this.firstMessageTimer)
    this.handlers.introduced?.()
  }

  /** As long as the peer goes on reading it is waited for, up to a bound. What the system has it delivers by itself. */
  private linger(times: number): void {
    const { socket } = this
    const before = socket.writableLength
    this.timer = setTimeout(() => {
      if (times > 1 && socket.writableLength > 0 && socket.writableLength < before) this.linger(times - 1)
      else socket.destroy()
    }, settings.lingerMs)
  }

  /** Who floods has one piece worked on in a turn, and then others have theirs. */
  private hadShare(bytes: number, { turn }: ReadPace): boolean {
    if (bytes < settings.readBytes) return false
    const had = this.floodedIn === turn
    this.floodedIn = turn
    return had
  }

  /** Nothing more is read until what it answers is called, which does that. */
  private pausedUntil(work: () => void): () => void {
    this.waits = true
    this.socket.pause()
    return () => {
      this.waits = false
      // What it said since was not read
      this.heard = true
      work()
      this.socket.resume()
    }
  }

  private beat(): void {
    const { heartbeatIntervalMs } = this.options
    if (this.heard || this.waits) {
      this.heard = false
      this.outbox.command(pingFrame)
    } else {
      this.accuse('silence', `nothing came for ${2 * heartbeatIntervalMs} ms`, () => this.heard)
    }
  }

  private tooSlow(): void {
    const { handshakeTimeoutMs } = this.options
    const text = `no complete handshake within ${handshakeTimeoutMs} ms`
    this.accuse('handshake-timeout', text, () => this.established)
  }

  private tooQuiet(): void {
    const { firstMessageTimeoutMs } = this.options
    const text = `no message within ${firstMessageTimeoutMs} ms of the handshake`
    this.accuse('first-message-timeout', text, () => this.spoke)
  }

  /** It may be this process that was too slow: what has arrived meanwhile is read before the peer is accused. */
  private accuse(rule: ZmtpRule, text: string, acquitted: () => boolean): void {
    const judge = (): void => {
      if (!this.closing && !acquitted()) this.destroy(new ZmtpViolation(rule, text))
    }
    setImmediate(() => {
      const { pace } = this.options
      if (pace === undefined) judge()
      else pace.afterAll(judge)
    })
  }

  private silence(): void {
    this.closing = true
    this.protocol.stop()
    clearTimeout(this.timer)
    clearTimeout(this.firstMessageTimer)
  }

  private ended(): void {
    this.silence()
    this.outbox.close()
    this.handlers.ended(this.cause)
  }
}
