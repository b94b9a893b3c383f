// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { SimulatedProcess } from '../kernel/process'

let last = 0

/** What `setTimeout` and `setInterval` answer in the network: a timer of one process, in virtual time. */
export class VirtualTimer {
  private readonly id = ++last
  private cancel: () => void

  constructor(
    private readonly process: SimulatedProcess,
    private readonly delayMs: number,
    private readonly run: () => void,
    private readonly repeats: boolean
  ) {
    this.cancel = this.begin()
  }

  refresh(): this {
    this.cancel()
    this.cancel = this.begin()
    return this
  }

  close(): this {
    this.cancel()
    return this
  }

  /** No virtual timer holds the process of the test open. */
  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  hasRef(): boolean {
    return false
  }

  [Symbol.toPrimitive](): number {
    return this.id
  }

  [Symbol.dispose](): void {
    this.cancel()
  }

  private begin(): () => void {
    return this.process.after(this.delayMs, () => {
      if (this.repeats) this.cancel = this.begin()
      this.run()
    })
  }
}

/** As Node reads a delay: at least 1 ms. */
export function delayOf(delayMs: unknown): number {
  const delay = Number(delayMs)
  return delay >= 1 && delay <= 0x7fffffff ? delay : 1
}
