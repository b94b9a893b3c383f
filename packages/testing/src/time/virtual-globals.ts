// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'
import { promisify } from 'node:util'
import { installEnvironment } from '../kernel/environment'
import type { Immediates } from './immediates'
import { currentProcess } from './place'
import { VirtualTimer, delayOf } from './virtual-timer'

type Handler = (...args: unknown[]) => void
type Restore = () => void

/**
 * Gives code its time, ids and random numbers from the network while one is open. Clock, `Math.random` and random ids are
 * virtual for everybody; timers are for code that runs in a process of the network, and stay real for the test itself.
 * Answers how to put everything back.
 */
export function installVirtualGlobals(seed: number, now: () => number, immediates: Immediates): Restore {
  const timersBefore = { setTimeout, setInterval, clearTimeout, clearInterval, setImmediate, clearImmediate }
  const restores: Restore[] = [installEnvironment(seed, now)]
  const replace = <T extends object>(object: T, parts: Partial<Record<keyof T, unknown>>): void => {
    const before = Object.fromEntries(Object.keys(parts).map((key) => [key, object[key as keyof T]]))
    Object.assign(object, parts)
    restores.push(() => Object.assign(object, before))
  }
  const virtual = { ...virtualTimers(timersBefore), setImmediate: immediates.set, clearImmediate: immediates.clear }
  Object.assign(virtual.setTimeout, { [promisify.custom]: sleep })
  Object.assign(virtual.setImmediate, { [promisify.custom]: immediately })
  replace(globalThis, { ...virtual, Date: virtualDate() })
  replace(timers, virtual)
  const { setTimeout: realSleep, setImmediate: realImmediately } = timersPromises
  replace(timersPromises, {
    setTimeout: (delayMs?: number, value?: unknown, options?: { signal?: AbortSignal }) =>
      currentProcess() === undefined ? realSleep(delayMs, value, options) : sleep(delayMs, value, options),
    setImmediate: (value?: unknown, options?: { signal?: AbortSignal }) =>
      currentProcess() === undefined ? realImmediately(value, options) : immediately(value)
  })
  const realNow = performance.now.bind(performance)
  replace(performance, { now: () => (currentProcess() === undefined ? realNow() : now()) })
  const realTimeout = AbortSignal.timeout.bind(AbortSignal)
  replace(AbortSignal, {
    timeout: (delayMs: number) => (currentProcess() === undefined ? realTimeout(delayMs) : abortedAfter(delayMs))
  })
  syncBuiltinESMExports()
  return () => {
    for (const restore of restores.reverse()) restore()
    syncBuiltinESMExports()
  }

  async function immediately(value?: unknown): Promise<unknown> {
    return await new Promise((resolve) => immediates.set(() => resolve(value)))
  }
}

interface RealTimers {
  readonly setTimeout: typeof setTimeout
  readonly setInterval: typeof setInterval
  readonly clearTimeout: typeof clearTimeout
}

function virtualTimers(
  real: RealTimers
): Record<'setTimeout' | 'setInterval' | 'clearTimeout' | 'clearInterval', object> {
  const start = (repeats: boolean, handler: Handler, delayMs: number | undefined, args: unknown[]): unknown => {
    const process = currentProcess()
    if (process === undefined) {
      return repeats ? real.setInterval(handler, delayMs, ...args) : real.setTimeout(handler, delayMs, ...args)
    }
    if (typeof handler !== 'function') throw new TypeError('The callback of a timer must be a function')
    return new VirtualTimer(process, delayOf(delayMs), () => handler(...args), repeats)
  }
  const clear = (timer: unknown): void => {
    if (timer instanceof VirtualTimer) timer.close()
    else real.clearTimeout(timer as NodeJS.Timeout)
  }
  return {
    setTimeout: (handler: Handler, delayMs?: number, ...args: unknown[]) => start(false, handler, delayMs, args),
    setInterval: (handler: Handler, delayMs?: number, ...args: unknown[]) => start(true, handler, delayMs, args),
    clearTimeout: clear,
    clearInterval: (timer: unknown) => clear(timer)
  }
}

/** `timers/promises.setTimeout` in virtual time. */
async function sleep(delayMs?: number, value?: unknown, { signal }: { signal?: AbortSignal } = {}): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    const aborted = (): void => reject(new DOMException('The operation was aborted', 'AbortError'))
    if (signal?.aborted === true) return aborted()
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', aborted)
      resolve(value)
    }, delayMs)
    signal?.addEventListener('abort', () => clearTimeout(timer), { once: true })
    signal?.addEventListener('abort', aborted, { once: true })
  })
}

function abortedAfter(delayMs: number): AbortSignal {
  const controller = new AbortController()
  const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError')
  setTimeout(() => controller.abort(reason), delayMs)
  return controller.signal
}

/** `new Date()` asks `Date.now()`, which is virtual. */
function virtualDate(): DateConstructor {
  return new Proxy(Date, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [target.now()] : args, newTarget) as object,
    apply: (target) => new target(target.now()).toString()
  })
}
