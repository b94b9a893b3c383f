// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { AsyncLocalStorage } from 'node:async_hooks'
import type { CallChain } from '../api/turns'

/** A call that a container serves: what it calls meanwhile is called for it. */
export class CallScope {
  private over = false

  /** @param calls that one, and those for which it was made */
  constructor(private readonly calls: CallChain) {}

  /** Nothing when it has been answered: what goes on behind it is waited for by nobody. */
  get chain(): CallChain | undefined {
    return this.over ? undefined : this.calls
  }

  /** It has been answered. */
  end(): void {
    this.over = true
  }
}

/** Costs next to nothing before the first scope is entered, which only a container that takes turns makes happen. */
const scopes = new AsyncLocalStorage<CallScope | undefined>()

/** The calls for which the code that runs now was called, as far as containers that take turns are concerned. */
export function currentChain(): CallChain | undefined {
  return scopes.getStore()?.chain
}

/** Runs it for that call; without one, for none. */
export function withinScope<T>(scope: CallScope | undefined, run: () => T): T {
  return scopes.getStore() === scope ? run() : scopes.run(scope, run)
}

/** Runs what outlives the call for which it was begun, as a line that others will use: nothing is called for that call. */
export function outsideCalls<T>(run: () => T): T {
  return withinScope(undefined, run)
}
