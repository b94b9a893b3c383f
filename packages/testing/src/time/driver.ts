// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { VirtualTime } from '../kernel/virtual-time'
import type { Immediates } from './immediates'

/** Longest that anybody waits for something, in virtual time: more than any timeout of the network. */
const waitMs = 10 * 60_000
/** Steps within one instant of virtual time: beyond, something goes round in circles. */
const maxStepsAtOnce = 100_000

interface Wait {
  readonly fail: (error: Error) => void
  end: () => void
}

/** What the driver asks of the network. */
export interface Driven {
  /** Why nothing can go on, if so. */
  trouble(): Error | undefined
  /** Called after every step. */
  stepped(): void
  /** For messages: what may keep somebody waiting. */
  hindrances(): string
}

/** Lets virtual time pass while somebody waits for something, and only then. */
export class Driver {
  private readonly waits = new Set<Wait>()
  private readonly conditions = new Set<() => void>()
  private running = false
  private instant = 0
  private stepsAtInstant = 0

  constructor(
    private readonly time: VirtualTime,
    private readonly immediates: Immediates,
    private readonly driven: Driven
  ) {}

  /**
   * Lets time pass until `promise` settles, and answers as it does. Rejects when the network is in trouble before, or when
   * more than `extraMs` and ten minutes of virtual time have passed.
   */
  async until<T>(what: string, promise: Promise<T>, extraMs: number = 0): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      const wait: Wait = { fail: reject, end: () => {} }
      const limitMs = waitMs + extraMs
      const cancel = this.time.after(limitMs, () => {
        wait.end()
        reject(
          new Error(
            `${what} has not come to an end in ${limitMs / 1000} s of virtual time.${this.driven.hindrances()} Does it wait for a promise that nobody settles, or for real time?`
          )
        )
      })
      wait.end = () => {
        cancel()
        this.waits.delete(wait)
      }
      this.waits.add(wait)
      promise.finally(wait.end).then((value) => {
        const trouble = this.driven.trouble()
        if (trouble === undefined) resolve(value)
        else reject(trouble)
      }, reject)
      void this.run()
    })
  }

  /** Resolves between two steps, when `holds` does. Nobody's waiting lets time pass: see {@link until}. */
  async condition(holds: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!holds()) return
        this.conditions.delete(look)
        resolve()
      }
      this.conditions.add(look)
    })
  }

  private async run(): Promise<void> {
    if (this.running) return
    this.running = true
    try {
      await this.settle()
      await this.time.runUntil(
        Number.MAX_SAFE_INTEGER,
        () => this.proceed(),
        async () => await this.settle()
      )
    } catch (error) {
      this.fail(error as Error)
    }
    this.running = false
    if (this.waits.size > 0) void this.run()
  }

  private proceed(): boolean {
    if (this.waits.size === 0) return false
    const { time, driven } = this
    driven.stepped()
    if (time.now > this.instant) this.stepsAtInstant = 0
    this.instant = time.now
    const circle = this.stepsAtInstant++ > maxStepsAtOnce
    const trouble =
      driven.trouble() ??
      (circle ? new Error(`${maxStepsAtOnce} steps, and no time passes: timers of 0 ms?`) : undefined)
    if (trouble === undefined) return true
    this.fail(trouble)
    return false
  }

  private async settle(): Promise<void> {
    for (;;) {
      if (!(await this.immediates.settle())) throw new Error('setImmediate goes round in circles, and no time passes')
      const before = this.conditions.size
      for (const look of [...this.conditions]) look()
      if (this.conditions.size >= before) return
    }
  }

  private fail(error: Error): void {
    for (const { end, fail } of [...this.waits]) {
      end()
      fail(error)
    }
  }
}
