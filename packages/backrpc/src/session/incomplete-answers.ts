// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import type { Body } from '../wire/body'
import { AnswerParts } from './answer-parts'
import { AnswerRoom, type Guest } from './answer-room'
import type { SessionLimits } from './session-limits'
import type { Stream } from './stream'
import type { StreamNews, StreamTable } from './stream-table'

/** Parts of one answer that are on their way at a time: enough to fill the line, little to wait behind. */
const WINDOW_PARTS = 8

/** Where a request is whose answer has begun to come. */
const stage = 'receiving its answer'

/** What became of an answer that came in parts. */
export interface Assembled {
  /** Of the request. */
  readonly sequence: number
  readonly outcome: Body | NetworkError
  /** The rule that the peer has broken. */
  readonly broken?: string
}

class Incomplete implements Guest {
  readonly parts: AnswerParts
  /** It has room. */
  going = false
  /** When something of it came last, or it was looked at. */
  since: number
  /** It was looked at since something came. */
  doubted = false

  constructor(
    readonly stream: Stream,
    readonly bytes: number,
    now: number
  ) {
    this.parts = new AnswerParts(bytes)
    this.since = now
  }

  get sequence(): number {
    return this.stream.sequence
  }

  admitted(): void {
    this.going = true
    this.grant()
  }

  came(now: number): void {
    this.since = now
    this.doubted = false
  }

  grant(): void {
    this.stream.grant(this.parts.count + WINDOW_PARTS, this.bytes)
  }
}

/** Answers of one peer that come in parts: the parts are the items of streams, which the peer sends as they are granted. */
export class IncompleteAnswers {
  private readonly bySequence = new Map<number, Incomplete>()
  private readonly room: AnswerRoom

  /** @param house the memory that this session shares with others */
  constructor(
    private readonly streams: StreamTable,
    private readonly limits: SessionLimits,
    house?: AnswerRoom
  ) {
    this.room = new AnswerRoom(limits.maxIncompleteBytes, house)
  }

  get size(): number {
    return this.bySequence.size
  }

  /** The answer to that request of ours, which waits for it, comes in parts. Answers with what is wrong with that. */
  announced(sequence: number, bytes: number, now: number): Assembled | undefined {
    const known = this.bySequence.get(sequence)
    const { maxAnswerBytes } = this.limits
    if (known !== undefined) {
      // Said again over a new connection, where it goes on
      if (known.bytes === bytes) known.came(now)
      else return this.violated(known, `an answer was announced with ${known.bytes} bytes, and then with ${bytes}`)
    } else if (this.streams.has(2 * sequence)) {
      const broken = 'the request that opens a stream was answered in parts'
      return { sequence, outcome: brokenBy(broken), broken }
    } else if (bytes > maxAnswerBytes) {
      this.streams.refuse(sequence)
      const text = `An answer of ${bytes} bytes exceeds the maximum of ${maxAnswerBytes} bytes`
      return { sequence, outcome: new NetworkError('TOO_LARGE', text) }
    } else {
      const incomplete = new Incomplete(this.streams.expect(sequence), bytes, now)
      this.bySequence.set(sequence, incomplete)
      this.room.enter(incomplete)
    }
    return undefined
  }

  /** Something came of it. */
  heard(stream: Stream, news: StreamNews, now: number): Assembled | undefined {
    const incomplete = this.bySequence.get(stream.sequence)
    if (incomplete?.stream !== stream) return undefined
    const { parts, sequence } = incomplete
    if (news.kind === 'item') {
      const broken = parts.add(news.body.bytes)
      if (broken !== undefined) return this.violated(incomplete, broken)
      incomplete.came(now)
      if (parts.count % (WINDOW_PARTS / 2) === 0) incomplete.grant()
    } else if (news.kind === 'end') {
      this.forget(incomplete)
      return { sequence, outcome: news.error ?? parts.body }
    }
    return undefined
  }

  /** Nobody waits for it any more. */
  drop(sequence: number): void {
    // Mostly there is none, and it is asked at every answer
    const incomplete = this.bySequence.size === 0 ? undefined : this.bySequence.get(sequence)
    if (incomplete === undefined) return
    this.forget(incomplete)
    incomplete.stream.stop()
  }

  /** The session is over: its streams end, and requests that go on in another are answered there. */
  clear(): void {
    for (const incomplete of [...this.bySequence.values()]) this.forget(incomplete)
  }

  /** When to call `advance` next. */
  nextDeadline(): number {
    let next = Infinity
    for (const { since } of this.bySequence.values()) next = Math.min(next, since + this.limits.answerStallMs)
    return next
  }

  /** Gives up those of which nothing comes. The second look counts: it may be this process that was away, or the line. */
  advance(now: number): Assembled[] {
    const stalled: Assembled[] = []
    for (const incomplete of [...this.bySequence.values()]) {
      if (now < incomplete.since + this.limits.answerStallMs) continue
      if (incomplete.doubted) {
        const { sequence, bytes, parts } = incomplete
        const text = `Of an answer of ${bytes} bytes nothing came any more after ${parts.count} parts`
        this.drop(sequence)
        stalled.push({
          sequence,
          outcome: new NetworkError('OUTCOME_UNKNOWN', text, { stage }),
          broken: 'an answer never ended'
        })
      } else {
        incomplete.since = now
        // Who waits for room was not told to go on
        incomplete.doubted = incomplete.going
      }
    }
    return stalled
  }

  private violated(incomplete: Incomplete, broken: string): Assembled {
    this.drop(incomplete.sequence)
    return { sequence: incomplete.sequence, outcome: brokenBy(broken), broken }
  }

  private forget(incomplete: Incomplete): void {
    this.bySequence.delete(incomplete.sequence)
    this.room.leave(incomplete)
  }
}

function brokenBy(what: string): NetworkError {
  return new NetworkError('PROTOCOL_ERROR', `The peer broke the protocol: ${what}`)
}
