// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { AtMostOnce } from './kernel/checkers/at-most-once'
import { CallsSettle } from './kernel/checkers/calls-settle'
import { SingleOwner } from './kernel/checkers/single-owner'
import { History } from './kernel/history'
import { Trace } from './kernel/trace'
import { VirtualTime } from './kernel/virtual-time'
import { Story } from './net/story'
import { TestNetworkError } from './net/trouble'
import { Driver } from './time/driver'
import { Immediates } from './time/immediates'
import { currentProcess } from './time/place'
import { watchRealWork } from './time/real-work'
import { installVirtualGlobals } from './time/virtual-globals'

/** Troubles that are told; more are consequences. */
const maxTroubles = 5

/** The time of a test network, what happened in it, and whether the rules hold: from its opening to its end. */
export class Engine {
  readonly time = new VirtualTime()
  readonly story = new Story()
  readonly trace = new Trace(() => this.time.now, 0)
  readonly history: History
  readonly driver: Driver
  private readonly restore: () => void
  private readonly checks = new Set<() => void>()
  /** Somebody knows of the trouble. */
  private told = false
  private ending = false

  /** @param hindrances who is paused, killed or cut off, for messages */
  constructor(
    readonly seed: number,
    hindrances: () => readonly string[]
  ) {
    const { time, trace, story } = this
    const rules = [new CallsSettle(), new AtMostOnce(), new SingleOwner(), story]
    this.history = new History(
      () => time.now,
      rules,
      (what) => trace.add('-', what)
    )
    const immediates = new Immediates()
    this.driver = new Driver(time, immediates, {
      trouble: () => this.trouble(),
      stepped: () => this.check(),
      hindrances: () =>
        hindrances()
          .map((text) => ` ${text}.`)
          .join('')
    })
    const globals = installVirtualGlobals(seed, () => time.now, immediates)
    const realWork = watchRealWork((name, error) => this.crashed(name, error))
    const unhandled = (error: unknown): void => this.crashed('a promise that nobody handles', error)
    process.on('unhandledRejection', unhandled)
    this.restore = () => {
      process.off('unhandledRejection', unhandled)
      realWork()
      globals()
    }
  }

  /** Lets time pass until that settles, where it is the test that waits; code in the network waits as it always does. */
  readonly driven = async <T>(what: string, promise: Promise<T>, extraMs?: number): Promise<T> =>
    await (currentProcess() === undefined ? this.driver.until(what, promise, extraMs) : promise)

  /** Something happened that people should know of. */
  note(text: string): void {
    this.story.add(this.time.now, text)
    this.trace.add('fault', text)
  }

  /** Something threw where nobody catches. */
  readonly crashed = (process: string, error: unknown): void => {
    this.violated('no crash', `${process}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  }

  violated(checker: string, message: string): void {
    const { violations } = this.history
    if (violations.length < maxTroubles) violations.push({ checker, at: this.time.now, message })
  }

  /** Calls `check` after every step; the answer ends it. */
  always(check: () => void): () => void {
    this.checks.add(check)
    return () => this.checks.delete(check)
  }

  /** From here on troubles are collected, and told at the end. */
  end(): void {
    this.ending = true
    this.checks.clear()
  }

  /** Time, ids and random numbers are real again. Throws what nobody was told yet. */
  close(): void {
    this.restore()
    this.ending = false
    const trouble = this.told ? undefined : this.trouble()
    if (trouble !== undefined) throw trouble
  }

  private trouble(): Error | undefined {
    const { violations } = this.history
    if (violations.length === 0 || this.ending) return undefined
    this.told = true
    return new TestNetworkError(this.seed, [...violations], this.story.tail())
  }

  private check(): void {
    for (const check of this.checks) {
      try {
        check()
      } catch (error) {
        this.violated('always', error instanceof Error ? (error.stack ?? error.message) : String(error))
      }
    }
  }
}
