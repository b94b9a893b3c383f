// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { CancelSignal } from '../api/call'

const nothing = (): void => {}

/** Those that are listened to, as long as they are. */
const bySignal = new WeakMap<CancelSignal, AbortListeners>()

/** All who listen to one signal, as one listener of it. */
class AbortListeners {
  private readonly entries = new Set<() => void>()

  constructor(private readonly signal: CancelSignal) {
    bySignal.set(signal, this)
    signal.addEventListener('abort', this.abort)
  }

  add(listener: () => void): () => void {
    // Of this call alone: the same function may be added twice
    const entry = (): void => listener()
    this.entries.add(entry)
    return () => {
      if (this.entries.delete(entry) && this.entries.size === 0) this.leave()
    }
  }

  private readonly abort = (): void => {
    this.leave()
    for (const entry of this.entries) {
      this.entries.delete(entry)
      try {
        entry()
      } catch (error) {
        // As with every event target of Node: the others are told all the same
        process.nextTick(() => {
          throw error
        })
      }
    }
  }

  private leave(): void {
    bySignal.delete(this.signal)
    this.signal.removeEventListener('abort', this.abort)
  }
}

/**
 * Calls `listener` once when the signal aborts, not when it has already; the answer takes that back. An `AbortSignal` gets one
 * listener for all, who are called in the order in which they asked: Node looks through all that a signal has for each that
 * goes, which thousands of requests with one signal would feel.
 */
export function onAbort(signal: CancelSignal, listener: () => void): () => void {
  if (signal.aborted) return nothing
  if (signal instanceof EventTarget) return (bySignal.get(signal) ?? new AbortListeners(signal)).add(listener)
  // One of ours, of a single request
  signal.addEventListener('abort', listener)
  return () => signal.removeEventListener('abort', listener)
}
