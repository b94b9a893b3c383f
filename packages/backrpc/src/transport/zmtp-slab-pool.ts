// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ZmtpSlabs } from '../wire/zmtp-frame-packer'
import { zmtpSettings as settings } from './zmtp-settings'

/** Memory for writes, shared by all connections of a transport: a write that the system takes at once gives it back. */
export class SlabPool implements ZmtpSlabs {
  private readonly spare: Uint8Array[] = []

  take(): Uint8Array {
    return this.spare.pop() ?? Buffer.allocUnsafeSlow(settings.slabBytes)
  }

  give(slab: Uint8Array): void {
    if (this.spare.length < settings.maxSpareSlabs) this.spare.push(slab)
  }
}
