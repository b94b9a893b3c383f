// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits, type NetworkError } from '@hcengineering/network-core'
import { Body } from '../wire/body'
import { ItemMemory } from '../wire/item-memory'
import type { Sendable } from '../wire/message'
import { errorPayload } from './answers'

/** So much may have been written, since the beginning. */
export interface Granted {
  readonly items: number
  readonly bytes: number
}

/**
 * What one side sends in a stream. It is kept until the reader has consumed it, which is never more than was granted, nor
 * than our own limits, and is sent again over a new connection: the reader knows by its number what it has.
 */
export class Outflow {
  /** Those that the reader has not consumed; the first has the number `base`. */
  private kept: Body[] = []
  private base = 0
  /** Number of the next to send. */
  private next = 0
  private keptBytes = 0
  private consumedBytes = 0
  /** By the first grant: what is granted beyond what was consumed. */
  private window = Infinity
  private ended: { readonly error: NetworkError | undefined } | undefined
  private endSent = false
  private over = false
  private memory: ItemMemory | undefined
  /** Those before this number were sent over an earlier connection: they may be on their way twice. */
  private resentBefore = 0
  /** Who writes does not wait for grants, so what goes does: so many items may go. */
  private allowed: number

  /** @param paced all is written at once, and goes as it is granted */
  constructor(private readonly paced: boolean = false) {
    this.allowed = paced ? 0 : Infinity
  }

  /** The reader has all, or wants no more. */
  get closed(): boolean {
    return this.over
  }

  /** Nothing more may be written. */
  get finished(): boolean {
    return this.over || this.ended !== undefined
  }

  /** Of what is kept. */
  get bytes(): number {
    return this.keptBytes
  }

  /** The item as it goes. Throws `UNSUPPORTED_VALUE` or `TOO_LARGE`. */
  bodyOf(value: unknown): Body {
    this.memory ??= new ItemMemory()
    return Body.ofItem(value, this.memory)
  }

  write(body: Body): void {
    if (this.finished) return
    this.kept.push(body)
    this.keptBytes += body.size
  }

  end(error: NetworkError | undefined): void {
    if (!this.finished) this.ended = { error }
  }

  /** What is kept is let go: it ends with that error, whatever the reader has. */
  abort(error: NetworkError): void {
    if (this.over) return
    this.base += this.kept.length
    this.next = this.base
    this.letGo()
    this.ended = { error }
    this.endSent = false
  }

  /**
   * The reader grants so much since the beginning. Answers with what of that counts: our own limits beyond what it has
   * consumed, however much it takes; `undefined` when items are consumed that were never sent.
   *
   * @param windowBytes our own limit
   */
  grant(items: number, bytes: number, windowBytes: number): Granted | undefined {
    // Said again by who has not granted anything yet
    if (items === 0) return { items, bytes: 0 }
    if (this.window === Infinity) this.window = items
    if (this.paced) this.allowed = Math.max(this.allowed, items)
    const consumed = items - this.window
    if (consumed > Math.max(this.next, this.resentBefore)) return undefined
    this.letGoOf(consumed - this.base)
    return {
      items: Math.min(items, this.base + limits.maxStreamItems),
      bytes: Math.min(bytes, this.consumedBytes + windowBytes)
    }
  }

  close(): void {
    this.over = true
    this.letGo()
  }

  /** What goes next. @param stream its number, as the peer is told */
  peek(stream: number): Sendable | undefined {
    if (this.over) return undefined
    const body = this.kept[this.next - this.base]
    if (body !== undefined)
      return this.next < this.allowed ? { kind: 'item', stream, index: this.next, body } : undefined
    const { ended } = this
    if (ended === undefined || this.endSent) return undefined
    const error = ended.error === undefined ? undefined : errorPayload(ended.error)
    return { kind: 'end', stream, index: this.next, error }
  }

  /** The transport has what `peek` answered. */
  sent(): void {
    if (this.next - this.base < this.kept.length) this.next++
    else this.endSent = true
  }

  /** A new connection: what the old one had may be lost. */
  rewind(): void {
    this.resentBefore = Math.max(this.resentBefore, this.next)
    this.next = this.base
    this.endSent = false
  }

  /** The reader is done with so many. */
  private letGoOf(items: number): void {
    if (items <= 0) return
    for (const body of this.kept.splice(0, items)) this.consumed(body)
    // It may have had them over the connection before
    this.next = Math.max(this.next, this.base)
    if (this.kept.length === 0) this.memory?.clear()
  }

  /** The reader is done with the first that was kept. */
  private consumed(body: Body): void {
    this.keptBytes -= body.size
    this.consumedBytes += body.size
    if (this.memory !== undefined && this.base >= this.resentBefore) body.giveBack(this.memory)
    this.base++
  }

  private letGo(): void {
    this.kept = []
    this.keptBytes = 0
  }
}
