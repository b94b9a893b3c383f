// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Periodic work. A `TickManagerImpl` logs what it throws, and does not call it again while it runs. */
export type TickHandler = () => void | Promise<void>

/** The source of time and of periodic work, injected everywhere. */
export interface TickManager {
  /** Monotonic milliseconds; only differences mean something. */
  now(): number
  /** Ticks per second. */
  readonly tps: number
  /** Calls `handler` every `intervalSeconds` (at least 1) while started; the answer ends it. */
  register(handler: TickHandler, intervalSeconds: number): () => void
  /** Begins to tick. */
  start(): void
  /** Ticks no more; what was registered stays for another start. */
  stop(): void
  /** Resolves after that many ticks. */
  waitTick(ticks: number): Promise<void>
  /**
   * Calls `fn` once after `delayMs`, whether started or not; the answer cancels it. Where a user's tick manager lacks it,
   * a real timer stands in: always call it through {@link schedule}.
   */
  schedule?(delayMs: number, fn: () => void): () => void
}
