// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  bounded,
  checkMethods,
  NetworkError,
  onAbort,
  schedule,
  type CancelSignal,
  type TickManager
} from '@hcengineering/network-core'

/** A promise with its ends outside. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: Error): void
}

/** Makes one; its rejection is nobody's surprise when nobody waits. */
export function deferred<T>(): Deferred<T> {
  let settle!: Pick<Deferred<T>, 'resolve' | 'reject'>
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }))
  promise.catch(() => {})
  return { promise, ...settle }
}

/** `promise`, or the rejection with `expired()` after `timeoutMs`; 0 waits without end. */
export function within<T>(
  tickManager: TickManager,
  timeoutMs: number,
  promise: Promise<T>,
  expired: () => Error
): Promise<T> {
  if (timeoutMs === 0) return promise
  const timer = { after: (delayMs: number, late: () => void) => schedule(tickManager, delayMs, late) }
  return bounded(timer, timeoutMs, () => promise, expired)
}

/** Resolves when `promise` is settled or `timeoutMs` have passed, whichever is first; never rejects. */
export async function settledWithin(
  tickManager: TickManager,
  timeoutMs: number,
  promise: Promise<unknown>
): Promise<void> {
  const end = deferred<void>()
  const cancel = schedule(tickManager, timeoutMs, () => end.resolve())
  promise.then(
    () => end.resolve(),
    () => end.resolve()
  )
  await end.promise
  cancel()
}

/** What is left of a deadline; counted from its making. */
export class Deadline {
  private readonly from: number

  /** A `timeoutMs` of 0 is no deadline. */
  constructor(
    private readonly tickManager: TickManager,
    readonly timeoutMs: number
  ) {
    this.from = tickManager.now()
  }

  get expired(): boolean {
    return this.timeoutMs !== 0 && this.tickManager.now() - this.from >= this.timeoutMs
  }

  /** When it is, by the clock of the tick manager; Infinity where there is none. */
  get at(): number {
    return this.timeoutMs === 0 ? Infinity : this.from + this.timeoutMs
  }

  /** Whole milliseconds left, at least 1; 0 when there is no deadline. */
  get leftMs(): number {
    return this.timeoutMs === 0 ? 0 : Math.max(1, Math.ceil(this.timeoutMs - (this.tickManager.now() - this.from)))
  }
}

/** Delays that grow: `first`, then each twice the one before, up to `most`. */
export class Backoff {
  private delay: number

  constructor(
    firstMs: number,
    private readonly mostMs: number
  ) {
    this.delay = firstMs
  }

  next(): number {
    const { delay } = this
    this.delay = Math.min(this.mostMs, delay * 2)
    return delay
  }
}

/** Pauses that can be cut short, all together. */
export class Pause {
  private readonly waiting = new Set<() => void>()

  constructor(private readonly tickManager: TickManager) {}

  /** Resolves after `delayMs`, or at {@link end}. */
  async wait(delayMs: number): Promise<void> {
    const end = deferred<void>()
    const wake = (): void => end.resolve()
    const cancel = schedule(this.tickManager, delayMs, wake)
    this.waiting.add(wake)
    await end.promise
    this.waiting.delete(wake)
    cancel()
  }

  /** None is under way. */
  get idle(): boolean {
    return this.waiting.size === 0
  }

  /** Ends the pauses that are under way. */
  end(): void {
    for (const wake of this.waiting) wake()
  }
}

/**
 * Starts what answers and waits for no answer: rejects with what stood in its way from the start, else resolves at once;
 * `failed` hears of what comes later.
 */
export function sendOnly(
  start: (resolve: (result: unknown) => void, reject: (error: Error) => void) => void,
  failed: (error: Error) => void
): Promise<void> {
  return new Promise((resolve, reject) => {
    let accepted = false
    start(
      () => {},
      (error) => (accepted ? failed(error) : reject(error))
    )
    accepted = true
    resolve()
  })
}

/** What `run` answers, or the rejection with `CANCELLED` as soon as the signal aborts. */
export async function unlessAborted<T>(signal: CancelSignal | undefined, run: () => Promise<T>): Promise<T> {
  if (signal === undefined) return await run()
  checkSignal(signal)
  if (signal.aborted) throw cancelled(signal)
  const abortion = deferred<never>()
  const stop = onAbort(signal, () => abortion.reject(cancelled(signal)))
  try {
    return await Promise.race([run(), abortion.promise])
  } finally {
    stop()
  }
}

/** `INVALID_ARGUMENT` for what nobody can listen to. */
export function checkSignal(signal: CancelSignal): void {
  checkMethods(signal, 'signal', ['addEventListener', 'removeEventListener'])
}

/** What a call ends with whose signal has aborted. */
export function cancelled({ reason }: CancelSignal): NetworkError {
  const why = reason instanceof Error ? `: ${reason.message}` : ''
  return new NetworkError('CANCELLED', `The caller does not wait any more${why}`, { cause: reason })
}
