// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { EventGap } from '@hcengineering/network-core'
import { EventQueue } from '../event-queue'
import { collectGarbage } from './garbage'

function queue(maxBeforeHandler = 3, maxBehindHandler = 5): { events: EventQueue; told: unknown[] } {
  const told: unknown[] = []
  const events = new EventQueue({
    maxBeforeHandler,
    maxBehindHandler,
    maxBytes: 100,
    onGap: (gap: EventGap) => told.push(gap),
    onError: (error) => told.push((error as Error).message)
  })
  return { events, told }
}

async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve))
}

describe('event queue', () => {
  test('keeps what comes before the handler up to its bound, and tells how many were lost', async () => {
    const { events, told } = queue()
    for (let n = 1; n <= 5; n++) events.push(n)
    events.handler = async (event) => {
      told.push(event)
    }
    await settle()
    expect(told).toEqual([1, 2, 3, { lost: 2, reason: 'more than 3 events wait for their handler' }])
  })

  test('does not call the handler within the statement that sets it', () => {
    const { events, told } = queue()
    events.push(1)
    events.handler = async (event) => {
      told.push(event)
    }
    expect(told).toEqual([])
  })

  test('delivers one after the other, whatever the handler does', async () => {
    const { events, told } = queue()
    const ends: (() => void)[] = []
    events.handler = async (event) => {
      told.push(`begin ${String(event)}`)
      await new Promise<void>((resolve) => ends.push(resolve))
      told.push(`end ${String(event)}`)
      if (event === 1) throw new Error('of the handler')
    }
    events.push(1)
    events.push(2)
    await settle()
    ends[0]()
    await settle()
    ends[1]()
    await settle()
    expect(told).toEqual(['begin 1', 'end 1', 'of the handler', 'begin 2', 'end 2'])
  })

  test('bounds what waits behind a busy handler', async () => {
    const { events, told } = queue()
    let end = (): void => {}
    events.handler = async (event) => {
      told.push(event)
      if (event === 0) await new Promise<void>((resolve) => (end = resolve))
    }
    events.push(0)
    await settle()
    for (let n = 1; n <= 9; n++) events.push(n)
    end()
    await settle()
    expect(told).toEqual([0, 1, 2, 3, 4, 5, { lost: 4, reason: 'more than 5 events wait for their handler' }])
  })

  test('bounds the bytes of what waits for a handler, and behind a busy one', async () => {
    const { events, told } = queue(50, 50)
    for (let n = 1; n <= 3; n++) events.push(n, 40)
    let end = (): void => {}
    events.handler = async (event) => {
      told.push(event)
      if (event === 2) await new Promise<void>((resolve) => (end = resolve))
    }
    await settle()
    for (let n = 4; n <= 7; n++) events.push(n, 40)
    end()
    await settle()
    const reason = 'more than 100 bytes of events wait for their handler'
    expect(told).toEqual([1, 2, { lost: 1, reason }, 4, 5, { lost: 2, reason }])
    events.push(8, 100)
    await settle()
    expect(told.at(-1)).toBe(8)
  })

  test('tells a gap in its place among the events, and gaps side by side as one', async () => {
    const { events, told } = queue()
    events.push(1)
    events.pushGap({ lost: 2, reason: 'slow' })
    events.pushGap({ lost: 3, reason: 'slow' })
    events.pushGap({ lost: 'unknown', reason: 'moved' })
    events.push(2)
    events.handler = async (event) => {
      told.push(event)
    }
    await settle()
    expect(told).toEqual([1, { lost: 'unknown', reason: 'slow; moved' }, 2])
  })

  test('tells a gap without a handler of events', async () => {
    const { events, told } = queue()
    events.pushGap({ lost: 1, reason: 'slow' })
    await settle()
    expect(told).toEqual([{ lost: 1, reason: 'slow' }])
  })

  test('keeps the order of many', async () => {
    const { events, told } = queue(2000, 2000)
    const all = Array.from({ length: 1500 }, (_, n) => n)
    for (const n of all) events.push(n)
    events.handler = async (event) => {
      told.push(event)
    }
    await settle()
    expect(told).toEqual(all)
  })

  test('lets go of what was handled, whether others wait behind it or not', async () => {
    const { events } = queue(50, 50)
    let end = (): void => {}
    const handled: WeakRef<object>[] = []
    events.handler = async (event) => {
      if (typeof event === 'object') handled.push(new WeakRef(event as object))
      else await new Promise<void>((resolve) => (end = resolve))
    }
    for (let n = 0; n < 3; n++) events.push({ n })
    await settle()
    for (let n = 3; n < 6; n++) events.push({ n })
    events.push('busy')
    events.push('waiting')
    await settle()
    await collectGarbage()
    expect(handled.map((event) => event.deref())).toEqual(Array(6).fill(undefined))
    end()
    await settle()
    end()
  })

  test('delivers nothing after its end', async () => {
    const { events, told } = queue()
    events.push(1)
    events.handler = async (event) => {
      told.push(event)
    }
    events.close()
    events.push(2)
    events.pushGap({ lost: 1, reason: 'late' })
    await settle()
    expect(told).toEqual([])
  })
})
