// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Conversation } from '../session/conversation'

/** What a held event counts besides its data: it is there, whatever is in it. */
const OVERHEAD_BYTES = 256

type Lost = number | 'unknown'

/** An event of a peer, or its notice that some were lost. */
export interface HeldEvent {
  readonly bytes: number
  /** How many events are lost when it is dropped. */
  readonly lost: Lost
  enter(): void
}

interface Held {
  readonly waiting: (() => void)[]
  bytes: number
  /** The last that waits stands for events that were dropped: so many. */
  dropped: { lost: Lost } | undefined
}

/** Holds back what comes from clients whose hello is still being handled, in order. */
export class Gatekeeper<Tag> {
  private readonly held = new Map<Conversation<Tag>, Held>()

  /**
   * @param maxBytes of events that are held back of one conversation; requests are bounded by what may be in flight
   * @param tellGap told in the place of events that were dropped beyond
   */
  constructor(
    private readonly maxBytes: number,
    private readonly tellGap: (conversation: Conversation<Tag>, lost: Lost) => void
  ) {}

  /** Holds back what comes of that conversation until the promise resolves. */
  hold(conversation: Conversation<Tag>, until: Promise<void>): void {
    const waiting: (() => void)[] = []
    this.held.set(conversation, { waiting, bytes: 0, dropped: undefined })
    void until.then(() => {
      this.held.delete(conversation)
      if (!conversation.ended) for (const enter of waiting) enter()
    })
  }

  /** Something of that conversation is held back, so that what comes must wait, too. */
  holds(conversation: Conversation<Tag>): boolean {
    return this.held.size > 0 && this.held.has(conversation)
  }

  /** Runs `enter` now, or when its turn comes. */
  pass(conversation: Conversation<Tag>, enter: () => void): void {
    const held = this.held.get(conversation)
    if (held === undefined) return enter()
    held.waiting.push(enter)
    held.dropped = undefined
  }

  /** The same for an event; of those that wait, what is beyond the limit is dropped, and told. */
  passEvent(conversation: Conversation<Tag>, event: HeldEvent): void {
    const held = this.held.get(conversation)
    if (held === undefined) return event.enter()
    const bytes = OVERHEAD_BYTES + event.bytes
    if (held.bytes + bytes <= this.maxBytes) {
      held.bytes += bytes
      this.pass(conversation, () => event.enter())
    } else if (held.dropped === undefined) {
      const dropped = { lost: event.lost }
      this.pass(conversation, () => this.tellGap(conversation, dropped.lost))
      held.dropped = dropped
    } else {
      held.dropped.lost = sum(held.dropped.lost, event.lost)
    }
  }
}

function sum(a: Lost, b: Lost): Lost {
  return a === 'unknown' || b === 'unknown' ? 'unknown' : a + b
}
