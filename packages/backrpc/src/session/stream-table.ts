// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits, NetworkError } from '@hcengineering/network-core'
import type { Body } from '../wire/body'
import type { Sendable, StreamMessage, StreamOpening } from '../wire/message'
import { Stream, type StreamKeeper } from './stream'
import type { Arrival } from './stream-inflow'
import { UnreadAnswers } from './unread-answers'

/** What the owner of a stream is told. */
export type StreamNews =
  | { readonly kind: 'item'; readonly body: Body }
  | { readonly kind: 'end'; readonly error?: NetworkError }
  | { readonly kind: 'grant'; readonly items: number; readonly bytes: number }
  | { readonly kind: 'stop' }

/** Where news go, and what the peer did that it must not. */
export interface StreamSink {
  news(stream: Stream, news: StreamNews): void
  broken(reason: string): void
}

/** Nothing goes before it is granted. */
const UNGRANTED: StreamOpening = { items: 0, bytes: 0, input: false }

/** Streams of one session, of both sides, and what of them wants to leave: in turns. */
export class StreamTable implements StreamKeeper {
  /** What some of them carry. */
  readonly unread = new UnreadAnswers()
  private readonly streams = new Map<number, Stream>()
  private readonly readyOnes = new Set<Stream>()
  /** Of streams that are not known here. */
  private readonly strangers = new Set<number>()
  private served = 0
  /** Those that carry answers. */
  private answerCount = 0

  /** @param most that may be open at a time, of each side */
  constructor(private readonly most: number) {}

  get size(): number {
    return this.streams.size
  }

  /** Of what is kept until it is consumed. */
  get bytes(): number {
    let bytes = 0
    for (const { outflow } of this.streams.values()) bytes += outflow.bytes
    return bytes
  }

  /** Numbers of the requests of ours whose streams are open. */
  get askedSequences(): number[] {
    return [...this.streams.values()].filter(({ asked }) => asked).map(({ sequence }) => sequence)
  }

  /** No more can be asked for. */
  get full(): boolean {
    return this.streams.size - this.served - this.answerCount >= this.most
  }

  get windowBytes(): number {
    return this.streams.size < limits.maxWideStreams ? limits.maxStreamBytes : limits.minStreamBytes
  }

  /** A stream of that number is open. */
  has(number: number): boolean {
    return this.streams.has(number)
  }

  /** The answer to that request of the peer, in parts, of so many bytes all together. */
  answer(sequence: number, parts: Iterable<Body>, bytes: number): void {
    const stream = this.add(new Stream(2 * sequence + 1, this, UNGRANTED, true))
    this.unread.add(sequence, bytes)
    for (const part of parts) stream.outflow.write(part)
    stream.end()
  }

  /** The answer to that request of ours comes in parts. */
  expect(sequence: number): Stream {
    return this.add(new Stream(2 * sequence, this, UNGRANTED, true))
  }

  /** Nobody waits for the answer to that request of ours, which comes in parts. */
  refuse(sequence: number): void {
    this.turnAway(2 * sequence)
  }

  ask(sequence: number, opening: StreamOpening): Stream {
    return this.add(new Stream(2 * sequence, this, opening))
  }

  /** Why it is not served, if it is not. */
  serve(sequence: number, opening: StreamOpening): Stream | NetworkError {
    const number = 2 * sequence + 1
    if (this.streams.has(number)) return new NetworkError('PROTOCOL_ERROR', `Stream ${sequence} is open already`)
    if (this.served >= this.most) {
      return new NetworkError('OVERLOADED', `${this.served} streams of this peer are open already`)
    }
    this.served++
    return this.add(new Stream(number, this, opening))
  }

  ready(stream: Stream): void {
    if (stream.over) this.forget(stream)
    else if (this.streams.get(stream.number) === stream) this.readyOnes.add(stream)
  }

  forget(stream: Stream): void {
    this.readyOnes.delete(stream)
    if (this.streams.get(stream.number) !== stream) return
    this.streams.delete(stream.number)
    if (stream.ofAnswer) this.answerCount--
    if (stream.asked) return
    if (stream.ofAnswer) this.unread.delete(stream.sequence)
    else this.served--
  }

  receive(message: StreamMessage, sink: StreamSink): void {
    const stream = this.streams.get(mirrored(message.stream))
    if (stream === undefined) {
      // Who still sends does not know that it is over here
      if (message.kind === 'item' || message.kind === 'end') this.turnAway(mirrored(message.stream))
      return
    }
    stream.opened = true
    switch (message.kind) {
      case 'item':
        this.arrived(stream, stream.inflow.item(message.index, message.body.size), message, sink)
        break
      case 'end':
        this.arrived(stream, stream.inflow.end(message.index, message.error !== undefined), message, sink)
        break
      case 'grant': {
        const granted = stream.outflow.grant(message.items, message.bytes, this.windowBytes)
        if (granted !== undefined) sink.news(stream, { kind: 'grant', ...granted })
        else this.violated(stream, 'items of a stream were consumed that were not sent', sink)
        if (stream.ofAnswer) this.ready(stream)
        break
      }
      case 'stop':
        if (stream.outflow.closed) break
        stream.outflow.close()
        sink.news(stream, message)
        this.ready(stream)
    }
  }

  /** What came for that stream cannot be read. */
  unreadable(number: number, error: NetworkError, sink: StreamSink): void {
    const stream = this.streams.get(mirrored(number))
    if (stream !== undefined) this.fail(stream, error, sink)
  }

  peek(): Sendable | undefined {
    // Mostly, and asked behind every request
    if (this.readyOnes.size === 0 && this.strangers.size === 0) return undefined
    for (const stream of this.strangers) return { kind: 'stop', stream }
    for (const stream of this.readyOnes) {
      const message = stream.peek()
      if (message !== undefined) return message
      this.readyOnes.delete(stream)
    }
    return undefined
  }

  /** The transport has what `peek` answered. */
  sent(): void {
    for (const stranger of this.strangers) {
      this.strangers.delete(stranger)
      return
    }
    for (const stream of this.readyOnes) {
      // Behind the others
      this.readyOnes.delete(stream)
      this.readyOnes.add(stream)
      stream.sent()
      return
    }
  }

  /** The session goes on over a new connection. */
  resume(): void {
    for (const stream of this.streams.values()) stream.rewind()
  }

  /** Of the streams that the peer asked for before `next`, only these are still of interest to it. */
  abandonUnless(sequences: ReadonlySet<number>, next: number, sink: StreamSink): void {
    for (const stream of [...this.streams.values()]) {
      if (stream.asked || stream.sequence >= next || sequences.has(stream.sequence)) continue
      this.lose(stream, new NetworkError('CANCELLED', 'Who asked for the stream does not read it any more'), sink)
    }
  }

  /** Lets go of what is kept: the readers are told when they come back. What they send is still taken. */
  giveUp(): void {
    const text = 'The reader of the stream was away for too long: what was kept for it was let go'
    for (const stream of this.streams.values()) {
      if (stream.outflow.bytes === 0) continue
      stream.outflow.abort(new NetworkError('OUTCOME_UNKNOWN', text))
      this.ready(stream)
    }
  }

  /** The session is over. What is not open yet is as its request is. */
  endAll(error: NetworkError, sink: StreamSink): void {
    this.strangers.clear()
    for (const stream of [...this.streams.values()]) if (stream.opened) this.lose(stream, error, sink)
  }

  /** The peer cannot be reached for too long: what is open ends here, and the peer hears of it should it come back. */
  failAll(error: NetworkError, sink: StreamSink): void {
    for (const stream of this.streams.values()) {
      if (stream.opened && !stream.ended && !stream.ofAnswer) this.fail(stream, error, sink)
    }
  }

  /** Some are open. */
  get anyOpened(): boolean {
    for (const { opened, ended, ofAnswer } of this.streams.values()) if (opened && !ended && !ofAnswer) return true
    return false
  }

  /** Who reads nothing is not told of everything. */
  private turnAway(number: number): void {
    if (this.strangers.size < this.most) this.strangers.add(number)
  }

  private add(stream: Stream): Stream {
    this.streams.set(stream.number, stream)
    if (stream.ofAnswer) this.answerCount++
    return stream
  }

  private arrived(
    stream: Stream,
    arrival: Arrival,
    message: Extract<StreamMessage, { kind: 'item' | 'end' }>,
    sink: StreamSink
  ): void {
    if (arrival === 'known') return
    if (arrival !== 'next') {
      this.violated(stream, arrival.broken, sink)
    } else if (message.kind === 'item') {
      sink.news(stream, message)
    } else {
      stream.stop()
      const error = message.error === undefined ? undefined : NetworkError.fromPayload(message.error)
      sink.news(stream, { kind: 'end', error })
    }
  }

  private violated(stream: Stream, reason: string, sink: StreamSink): void {
    sink.broken(reason)
    this.fail(stream, new NetworkError('PROTOCOL_ERROR', `The peer broke the protocol: ${reason}`), sink)
  }

  /** Ends it on both sides. */
  private fail(stream: Stream, error: NetworkError, sink: StreamSink): void {
    this.tell(stream, error, sink)
    stream.abort(error)
  }

  /** Ends it here: the peer knows nothing of it any more. */
  private lose(stream: Stream, error: NetworkError, sink: StreamSink): void {
    this.tell(stream, error, sink)
    stream.outflow.close()
    this.forget(stream)
  }

  private tell(stream: Stream, error: NetworkError, sink: StreamSink): void {
    if (!stream.inflow.closed) sink.news(stream, { kind: 'end', error })
    if (!stream.outflow.closed) sink.news(stream, { kind: 'stop' })
  }
}

/** The number of a stream as its other side has it. */
function mirrored(number: number): number {
  return number % 2 === 0 ? number + 1 : number - 1
}
