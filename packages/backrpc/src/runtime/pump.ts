// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Outbox } from '../session/outbox'
import type { SendResult } from '../transport/transport'
import type { Frames } from '../wire/frames'

/** Sends what may leave, until nothing is left (`sent`), or the transport takes no more (`full`) or nobody is there. */
export function pump<Tag>(outbox: Outbox<Tag>, send: (frames: Frames) => SendResult): SendResult {
  for (let next = outbox.peek(); next !== undefined; next = outbox.peek()) {
    const result = send(next.frames)
    if (result !== 'sent') return result
    outbox.sent(next)
  }
  return 'sent'
}
