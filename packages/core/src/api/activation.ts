// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- payloads of users' own types: the signatures are fixed since 0.7 */
import type { ContainerKind, ContainerUuid } from './identifiers'
import type { ActivationToken } from './token'

/** What a timer calls; what it throws is logged, and the timer goes on. */
export type TimerHandler = () => void | Promise<void>

/**
 * Timers of one activation of a container: they end with it, wherever it goes on. None fires while the container is not
 * this agent's to serve: one that is due then fires when it is again. They hold no process open. At most
 * `limits.maxTimers` for a container: beyond, `OVERLOADED`.
 */
export interface Timers {
  /** Calls `handler` once, `delayMs` from now; the answer cancels it. */
  after(delayMs: number, handler: TimerHandler): () => void
  /**
   * Calls `handler` again and again: first `intervalMs` from now, then each time `intervalMs` after the call before has
   * ended, so that two never run at a time; the answer cancels it.
   */
  every(intervalMs: number, handler: TimerHandler): () => void
}

/** When a reminder is due, and what it brings: one of the times at least. */
export interface ReminderOptions {
  /** So long from now, counted by the coordinator. 0 is at once. This or `at`; without either, after `everyMs`. */
  afterMs?: number
  /** Then, in Unix milliseconds, by the coordinator's clock. */
  at?: number
  /** Again so long after it was due, and so on, at least 1 s; of those missed while nobody could be reminded one is made up for. */
  everyMs?: number
  /** Plain JSON of at most 8 KiB, given back with it. */
  data?: any
}

/** A reminder as the coordinator keeps it. */
export interface Reminder {
  /** By which its container knows it. */
  readonly name: string
  /** When it is due, or was, in Unix milliseconds. */
  readonly at: number
  /** As it was set. */
  readonly everyMs?: number
  /** As it was set. */
  readonly data?: any
}

/**
 * Reminders of one container, kept by the coordinator: they outlive the activation, its agent and the coordinator's
 * process. One that is due starts the container where it does not run, and calls its `reminded()`: at least once, again
 * with growing delays until it succeeds. At most `limits.maxReminders` for a container.
 */
export interface Reminders {
  /**
   * Sets the reminder of that name, in place of one that there is; resolves when it is on the coordinator's disk.
   *
   * @throws NetworkError `INVALID_ARGUMENT`, `UNSUPPORTED_VALUE`, `TOO_LARGE`; `OVERLOADED` beyond a limit, `UNAVAILABLE`
   * when it cannot be written down, `UNKNOWN_OPERATION` where the coordinator keeps none, `NOT_ACTIVE` when the container
   * lives elsewhere by now
   */
  set(name: string, options: ReminderOptions): Promise<void>
  /** Answers whether there was one. One that is being delivered may come all the same. */
  cancel(name: string): Promise<boolean>
  /** Those that are set, in no order. */
  list(): Promise<Reminder[]>
}

/** What a container has for as long as it serves: one activation. */
export interface ActivationContext {
  readonly uuid: ContainerUuid
  readonly kind: ContainerKind
  /** Of this activation, see `RequestContext.token`. */
  readonly token?: ActivationToken
  readonly timers: Timers
  readonly reminders: Reminders
}

/** Whose reminder it is, and by which activation. */
export interface ReminderOwner {
  readonly uuid: ContainerUuid
  readonly token?: ActivationToken
}

/** Keeps the reminders of an agent's containers; what its methods reject with is that of {@link Reminders}. */
export interface ReminderKeeper {
  /** As `Reminders.set`, for that container. */
  set(owner: ReminderOwner, name: string, options: ReminderOptions): Promise<void>
  /** As `Reminders.cancel`, for that container. */
  cancel(owner: ReminderOwner, name: string): Promise<boolean>
  /** As `Reminders.list`, for that container. */
  list(owner: ReminderOwner): Promise<Reminder[]>
}
