// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { AsyncLocalStorage } from 'node:async_hooks'
import { SimulatedProcess } from '../kernel/process'

/** Whose code runs: known across every `await`. Nobody's is the test's own. */
const place = new AsyncLocalStorage<SimulatedProcess>()

/** The process of the test network whose code runs now; `undefined` in the test itself. */
export function currentProcess(): SimulatedProcess | undefined {
  return place.getStore()
}

/** A simulated process that knows its own code, so that the timers of that code end and pause with it. */
export class PlacedProcess extends SimulatedProcess {
  override deliver(run: () => void): void {
    super.deliver(() => place.run(this, run))
  }
}
