// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Frames } from '../wire/frames'
import { ZmtpFramePacker, type ZmtpSlabs } from '../wire/zmtp-frame-packer'
import type { ReadPace } from './read-pace'
import type { SendResult } from './transport'
import { zmtpSettings as settings } from './zmtp-settings'
import type { ZmtpSocket } from './zmtp-sockets'

/** What a message weighs while it waits. */
function weightOf(frames: Frames): number {
  let bytes: number = settings.messageOverheadBytes
  for (const frame of frames) bytes += frame.length
  return bytes
}

/**
 * What waits for one peer. All that is offered in one turn of the event loop leaves together at its end, in one write, or
 * sooner once there is enough for one; while the socket takes nothing it waits here, up to a bound.
 */
export class ZmtpOutbox {
  private queue: Frames[] = []
  /** The first in the queue that is not written yet. */
  private head = 0
  /** Weight of what is queued and of what the socket has not passed on. */
  private weight = 0
  private writingWeight = 0
  private scheduled = false
  /** The socket has bytes that the system did not take. */
  private blocked = false
  /** Commands of this turn are held back. */
  private corked = false
  private full = false
  private over = false
  private readonly packer: ZmtpFramePacker
  private readonly onTurnEnd: () => void
  private readonly onWritten: () => void
  private readonly onCommandsEnd: () => void

  /**
   * @param writable after `full`: half of the bound is free again
   * @param pace where turns read several connections: what each of them brings about for this peer leaves together
   */
  constructor(
    private readonly socket: ZmtpSocket,
    slabs: ZmtpSlabs,
    private readonly writable: () => void,
    private readonly pace?: ReadPace
  ) {
    this.packer = new ZmtpFramePacker(slabs)
    // Made once: there is one of each for every write
    this.onTurnEnd = () => this.turnEnded()
    this.onWritten = () => this.written()
    this.onCommandsEnd = () => this.uncork()
  }

  offer(frames: Frames): SendResult {
    if (this.over) return 'gone'
    const weight = weightOf(frames)
    if (this.weight > 0 && this.weight + weight > settings.maxQueuedBytes) {
      this.full = true
      return 'full'
    }
    this.queue.push(frames)
    this.weight += weight
    if (this.blocked) return 'sent'
    const enough = this.weight >= settings.batchBytes || this.queue.length - this.head >= settings.batchMessages
    if (enough && !this.full) this.flush()
    else this.schedule()
    return 'sent'
  }

  /**
   * Writes a command apart from messages, with those of the same turn; not when the socket has much to pass on already.
   * Then it does not matter: whoever reads so slowly would not see it, and what is under way is as good a sign of life.
   */
  command(bytes: Uint8Array): void {
    const { socket } = this
    if (this.over || socket.writableNeedDrain) return
    if (!this.corked) {
      // A flood of PING would otherwise cost one write for each
      this.corked = true
      socket.cork()
      process.nextTick(this.onCommandsEnd)
    }
    socket.write(bytes, this.onWritten)
  }

  /** Writes all that was taken, and that message last, whether the socket passes it on or not, and ends the socket. */
  end(last?: Frames): void {
    if (this.over) return
    if (last !== undefined) this.queue.push(last)
    while (this.head < this.queue.length) this.writeBatch()
    this.close()
    this.socket.end()
  }

  /** Drops the messages that wait; nothing goes any more. */
  close(): void {
    this.over = true
    this.queue = []
    this.head = 0
    this.uncork()
  }

  private uncork(): void {
    if (!this.corked) return
    this.corked = false
    this.socket.uncork()
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    // Ticks run when all promises that are ready have run: what the handlers of one received chunk answer leaves together,
    // and a single message leaves at once. Measured with an echo over two processes and handlers of promises: at 256 in
    // flight a tick, setImmediate, and a tick after a microtask after a tick all join 256 messages in a write; writing the
    // first message of a turn directly joins only 102, and was the slowest. Between the others, and at 1 in flight, there
    // was no difference beyond noise: a tick is the least work. Where a turn reads several connections, which each run
    // ticks of their own, its end joins what they have for one peer: a fifth fewer writes for gets, 16 in flight, of 4 agents.
    if (this.pace?.atEnd(this.onTurnEnd) !== true) process.nextTick(this.onTurnEnd)
  }

  private turnEnded(): void {
    this.scheduled = false
    if (!this.over && !this.blocked) this.flush()
  }

  /** Called for each write, whenever the socket is done with it. */
  private written(): void {
    if (!this.blocked || this.over || this.socket.writableLength > 0) return
    this.blocked = false
    this.passedOn()
    this.flush()
  }

  private flush(): void {
    while (this.head < this.queue.length && !this.blocked) {
      this.writeBatch()
      // What the system took is out of the socket at once; otherwise `written` says when
      if (this.socket.writableLength > 0) this.blocked = true
      else this.passedOn()
    }
    if (!this.full || 2 * this.weight > settings.maxQueuedBytes) return
    this.full = false
    this.writable()
  }

  private passedOn(): void {
    this.packer.release()
    this.weight -= this.writingWeight
    this.writingWeight = 0
  }

  private writeBatch(): void {
    const { socket, queue } = this
    let weight = 0
    while (this.head < queue.length && weight < settings.batchBytes) {
      const frames = queue[this.head++]
      this.packer.add(frames)
      weight += weightOf(frames)
    }
    this.forgetWritten()
    this.writingWeight += weight
    const pieces = this.packer.finish()
    if (pieces.length === 1) {
      socket.write(pieces[0], this.onWritten)
      return
    }
    socket.cork()
    for (const piece of pieces) socket.write(piece, this.onWritten)
    socket.uncork()
  }

  /** Also while the queue never runs empty: each message is moved once at most, on average. */
  private forgetWritten(): void {
    const { queue, head } = this
    if (2 * head < queue.length) return
    if (head === queue.length) this.queue = []
    else queue.splice(0, head)
    this.head = 0
  }
}
