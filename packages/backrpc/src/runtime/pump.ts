// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Outbox } from '../session/outbox'
import type { SendResult } from '../transport/transport'
import type { EventMessage } from '../wire/event-message'
import type { Frames } from '../wire/frames'

/** Sends what may leave, until nothing is left (`sent`), or the transport takes no more (`full`) or nobody is there. */
export function pump<Tag>(outbox: Outbox<Tag>, now: number, send: (frames: Frames) => SendResult): SendResult {
  for (let next = outbox.peek(now); next !== undefined; next = outbox.peek(now)) {
    // A protocol that cannot say it lets it go
    const result = next.frames.length === 0 ? 'sent' : send(next.frames)
    if (result !== 'sent') return result
    outbox.sent(next)
  }
  return 'sent'
}

/** Sends an event before which nothing waits, as {@link pump} would; `false` when it has to wait, or nobody is there. */
export function pass<Tag>(outbox: Outbox<Tag>, event: EventMessage, send: (frames: Frames) => SendResult): boolean {
  if (!outbox.clear) return false
  const frames = outbox.framesOf(event)
  if (frames.length === 0 || send(frames) !== 'sent') return false
  outbox.passed(event)
  return true
}
