// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { getEventListeners } from 'node:events'
import { onAbort } from '../abort-listeners'

const nothing = (): void => {}

describe('listening to an AbortSignal', () => {
  it('takes one listener of it, however many wait, and none when nobody waits any more', () => {
    const { signal } = new AbortController()
    const stops = Array.from({ length: 100 }, () => onAbort(signal, nothing))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    for (const stop of stops.slice(1)) stop()
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    stops[0]()
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    // Twice is once: who has come since is not taken away
    onAbort(signal, nothing)
    stops[0]()
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  })

  it('calls who waits once, in the order of asking, and nobody who has left', () => {
    const controller = new AbortController()
    const { signal } = controller
    const called: string[] = []
    const third = (): number => called.push('third')
    let stopFourth = nothing
    onAbort(signal, () => {
      called.push('first')
      stopFourth()
    })
    const stopSecond = onAbort(signal, () => called.push('second'))
    onAbort(signal, third)
    stopFourth = onAbort(signal, () => called.push('fourth'))
    onAbort(signal, third)
    stopSecond()
    controller.abort()
    controller.abort()
    expect(called).toEqual(['first', 'third', 'third'])
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('does not call who asks when it has aborted', () => {
    const controller = new AbortController()
    const { signal } = controller
    const late = jest.fn()
    onAbort(signal, () => onAbort(signal, late)())
    onAbort(signal, () => onAbort(signal, late))
    controller.abort()
    onAbort(signal, late)
    expect(late).not.toHaveBeenCalled()
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('calls all, though one throws, which is an uncaught exception as with every listener', () => {
    const controller = new AbortController()
    const called: string[] = []
    const uncaught = jest.spyOn(process, 'nextTick').mockImplementation(() => {})
    try {
      onAbort(controller.signal, () => {
        throw new Error('one')
      })
      onAbort(controller.signal, () => called.push('other'))
      controller.abort()
      expect(called).toEqual(['other'])
      expect(uncaught).toHaveBeenCalledTimes(1)
      expect(uncaught.mock.calls[0][0]).toThrow('one')
    } finally {
      uncaught.mockRestore()
    }
  })

  it('listens to what is no AbortSignal as well', () => {
    const waiting = new Set<() => void>()
    const signal = {
      aborted: false,
      addEventListener: (_type: 'abort', listener: () => void): unknown => waiting.add(listener),
      removeEventListener: (_type: 'abort', listener: () => void): unknown => waiting.delete(listener)
    }
    const called = jest.fn()
    const stop = onAbort(signal, called)
    for (const listener of waiting) listener()
    expect(called).toHaveBeenCalledTimes(1)
    stop()
    expect(waiting.size).toBe(0)
  })

  it('keeps the signals of different requests apart', () => {
    const [one, other] = [new AbortController(), new AbortController()]
    const called: string[] = []
    onAbort(one.signal, () => called.push('one'))
    onAbort(other.signal, () => called.push('other'))
    other.abort()
    expect(called).toEqual(['other'])
  })
})
