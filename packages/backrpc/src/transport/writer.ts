// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { batchable, pack } from '../wire/batch'
import { sizeOf, type Frames } from '../wire/frames'
import type { SendResult } from './transport'

/** What a socket says when this peer, and only it, takes nothing more for now. */
export const PEER_FULL = 'EAGAIN'

/** What a writer needs of its socket. */
export interface WriterPort {
  /** Settles as soon as it is known whether the socket took it; rejects with an error whose code says why not. */
  write(frames: Frames): Promise<void>
  /** It did not take the message for another reason than that the peer is full: nothing more will go. */
  failed(error: Error): void
  /** After `full`: there is room again. */
  writable(): void
}

/** Messages and bytes that wait here while the socket is full, before the caller waits: a burst of one turn. */
const MAX_QUEUED_MESSAGES = 256
const MAX_QUEUED_BYTES = 1024 * 1024

/** Attempts that follow each other without a pause: the socket's own thread often makes room within microseconds. */
const EAGER_ATTEMPTS = 4
const MIN_PAUSE_MS = 1
const MAX_PAUSE_MS = 32

/** The one writer to one peer: keeps the order, tries again while the peer is full, and never blocks other peers. */
export class Writer {
  private queue: Frames[] = []
  private bytes = 0
  private current: Frames | undefined
  private attempts = 0
  private full = false
  private over = false
  private timer: NodeJS.Timeout | undefined
  private readonly onWritten: () => void
  private readonly onRefused: (error: Error) => void
  private readonly tryAgain: () => void

  constructor(private readonly port: WriterPort) {
    // Made once: there is one of each for every message
    this.onWritten = () => this.next()
    this.onRefused = (error) => this.refused(error)
    this.tryAgain = () => this.write()
  }

  /** Nothing goes any more. */
  get closed(): boolean {
    return this.over
  }

  /** Nothing waits. */
  get idle(): boolean {
    return this.current === undefined
  }

  offer(frames: Frames): SendResult {
    if (this.over) return 'gone'
    const tooMuch = this.queue.length > 0 && this.bytes + sizeOf(frames) > MAX_QUEUED_BYTES
    if (tooMuch || this.queue.length >= MAX_QUEUED_MESSAGES) {
      this.full = true
      return 'full'
    }
    this.push(frames)
    return 'sent'
  }

  /** Takes it, however much waits already. */
  push(frames: Frames): void {
    if (this.over) return
    if (this.current === undefined) {
      this.current = frames
      this.write()
      return
    }
    this.queue.push(frames)
    this.bytes += sizeOf(frames)
  }

  /** Drops what waits; nothing goes any more. */
  close(): void {
    this.over = true
    this.queue = []
    this.bytes = 0
    this.current = undefined
    clearTimeout(this.timer)
  }

  private write(): void {
    if (this.current === undefined) return
    try {
      this.port.write(this.current).then(this.onWritten, this.onRefused)
    } catch (error) {
      this.refused(error as Error)
    }
  }

  private next(): void {
    if (this.over) return
    this.attempts = 0
    this.current = this.take()
    this.write()
    if (!this.full || 2 * this.queue.length > MAX_QUEUED_MESSAGES) return
    this.full = false
    this.port.writable()
  }

  /** What goes next: everything that may go together. */
  private take(): Frames | undefined {
    const count = batchable(this.queue)
    const messages = this.queue.splice(0, Math.max(1, count))
    for (const frames of messages) this.bytes -= sizeOf(frames)
    return count > 1 ? pack(messages) : messages[0]
  }

  private refused(error: Error): void {
    if (this.over) return
    if ((error as NodeJS.ErrnoException).code !== PEER_FULL) {
      this.close()
      this.port.failed(error)
      return
    }
    this.attempts++
    if (this.attempts <= EAGER_ATTEMPTS) {
      setImmediate(this.tryAgain)
    } else {
      const pauseMs = MIN_PAUSE_MS * 2 ** (this.attempts - EAGER_ATTEMPTS - 1)
      this.timer = setTimeout(this.tryAgain, Math.min(pauseMs, MAX_PAUSE_MS))
    }
  }
}
