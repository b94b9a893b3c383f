// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerConnection, ContainerReference } from '@hcengineering/network-core'

/** A connection that is closed at the end of its block: `await using line = await room.connect()`. */
export interface DisposableConnection extends ContainerConnection {
  /** `close`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** A reference that is closed at the end of its block: `await using room = await client.get('room', { uuid })`. */
export interface DisposableReference extends ContainerReference {
  connect(): Promise<DisposableConnection>
  /** `close`. */
  [Symbol.asyncDispose](): Promise<void>
}
