// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerKind, ContainerUuid, Reminder } from '@hcengineering/network-core'

/** A reminder with what it takes to start its container. Plain JSON. */
export interface StoredReminder extends Reminder {
  readonly uuid: ContainerUuid
  readonly kind: ContainerKind
  /** Those of its container's start. */
  readonly labels?: readonly string[]
  /** That of its container's start. */
  readonly extra?: unknown
}

/** One reminder more, in place of one of its name, or one less. */
export type ReminderChange =
  { readonly set: StoredReminder } | { readonly end: { readonly uuid: ContainerUuid; readonly name: string } }

/** All reminders that there are. */
export interface StoredReminders extends Iterable<StoredReminder> {
  /** How many there are. */
  readonly size: number
}

/**
 * Keeps reminders beyond the end of the process: in a file ({@link openReminderLog}), or wherever users have a store of
 * their own.
 */
export interface ReminderStore {
  /** What the run before has left. */
  readonly reminders: Iterable<StoredReminder>
  /**
   * Resolves when all of these are durable; rejects when they cannot be, and then none of them counts. One call at a time.
   *
   * @param all what there is without them, for a store that writes itself anew now and then
   */
  write(changes: readonly ReminderChange[], all: StoredReminders): Promise<void>
  /** Called once, after the last write. */
  close?(): Promise<void>
}
