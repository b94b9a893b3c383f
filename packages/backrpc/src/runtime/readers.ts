// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Conversation } from '../session/conversation'
import type { Execution } from '../session/conversation-effects'

/** Answers of a caller that are together larger are many. */
const MANY_BYTES = 1024 * 1024

/** Of a peer that has much to read, since it has. */
interface Pile<Tag> {
  /** Of answers, by caller. */
  readonly bytes: Map<string, number>
  /** Begun all the same, and not answered: each may have a large answer. */
  readonly running: Set<Execution<Tag>>
}

/**
 * For whom more may be begun: while a peer has much to read, only for those of its callers of whom that is not, and no more
 * at a time than would fit were their answers as large as can be.
 */
export class Readers<Tag> {
  private readonly piles = new WeakMap<Conversation<Tag>, Pile<Tag>>()

  /** @param callerOf for whom the peer asks; undefined for itself */
  constructor(private readonly callerOf: (execution: Execution<Tag>) => string | undefined) {}

  mayBegin(conversation: Conversation<Tag>, caller: string): boolean {
    // What waits for a peer that is gone is cancelled: it is begun to be let go of
    if (conversation.ended) return true
    const pile = this.piles.get(conversation)
    if (!conversation.answersPileUp) {
      if (pile !== undefined) this.piles.delete(conversation)
      return true
    }
    if ((pile?.running.size ?? 0) >= conversation.answersThatFit) return false
    return (pile?.bytes.get(caller) ?? 0) <= MANY_BYTES
  }

  begun(execution: Execution<Tag>): void {
    const { conversation } = execution
    if (conversation.answersPileUp) this.pileOf(conversation).running.add(execution)
  }

  answered(execution: Execution<Tag>, bytes: number): void {
    const { conversation } = execution
    this.piles.get(conversation)?.running.delete(execution)
    if (bytes <= MANY_BYTES && !conversation.answersPileUp) return
    const caller = this.callerOf(execution)
    if (caller === undefined) return
    const pile = this.pileOf(conversation)
    pile.bytes.set(caller, (pile.bytes.get(caller) ?? 0) + bytes)
  }

  private pileOf(conversation: Conversation<Tag>): Pile<Tag> {
    const pile = this.piles.get(conversation) ?? {
      bytes: new Map<string, number>(),
      running: new Set<Execution<Tag>>()
    }
    this.piles.set(conversation, pile)
    return pile
  }
}
