// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Body } from './body'
import { encode } from './codec'
import type { Frames } from './frames'
import type { ProtocolVersion } from './version'

/** A message without answer, for one peer or for many: nothing in it depends on whom it is for. */
export class EventMessage {
  readonly kind = 'event'
  private frames: Frames | undefined = undefined

  /** @param route is kept: whoever may change it hands over a copy */
  constructor(
    readonly body: Body,
    readonly route?: readonly string[]
  ) {}

  /** Its frames; those of protocol 2 are made once. None when it cannot be said. */
  framesIn(protocol: ProtocolVersion): Frames | undefined {
    if (protocol.major === 1) return encode(this, protocol)
    this.frames ??= encode(this, protocol)
    return this.frames
  }
}
