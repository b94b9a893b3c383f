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
  private forMany = false

  /** @param route is kept: whoever may change it hands over a copy */
  constructor(
    readonly body: Body,
    readonly route?: readonly string[]
  ) {}

  /** Its frames, made anew unless they are {@link share}d. None when it cannot be said. */
  framesIn(protocol: ProtocolVersion): Frames | undefined {
    if (protocol.major === 1 || !this.forMany) return encode(this, protocol)
    this.frames ??= encode(this, protocol)
    return this.frames
  }

  /** From now on its frames of protocol 2 are made once, until it is {@link letGo}. `false` when they were before. */
  share(): boolean {
    const { forMany } = this
    this.forMany = true
    return !forMany
  }

  /** It may be kept for long: its frames lie in a block with those of other messages, which would be kept with it. */
  letGo(): void {
    this.forMany = false
    this.frames = undefined
  }
}
