// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Conversation } from '../session/conversation'

/** Holds back what comes from clients whose hello is still being handled, in order. */
export class Gatekeeper<Tag> {
  private readonly held = new Map<Conversation<Tag>, (() => void)[]>()

  /** Holds back what comes of that conversation until the promise resolves. */
  hold(conversation: Conversation<Tag>, until: Promise<void>): void {
    const waiting: (() => void)[] = []
    this.held.set(conversation, waiting)
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
    const waiting = this.held.get(conversation)
    if (waiting === undefined) enter()
    else waiting.push(enter)
  }
}
