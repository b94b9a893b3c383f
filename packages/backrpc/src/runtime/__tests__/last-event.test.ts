// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { protocol2 } from '../../wire/version'
import { LastEvent } from '../last-event'

describe('an event that is told to many', () => {
  const events = new LastEvent()
  const route = ['room']

  it('is one message, encoded once, as long as the same is told', () => {
    const value = { n: 1, text: 'hello' }
    const first = events.of(value, route)
    expect(events.of(value, route)).toBe(first)
    expect(events.of({ n: 1, text: 'hello' }, ['room'])).toBe(first)
    expect(first.framesIn(protocol2)).toBe(first.framesIn(protocol2))
  })

  it.each([20, 20_000])('says what the value is when it is told: %d characters', (length) => {
    const value = { n: 1, text: 'x'.repeat(length) }
    const first = events.of(value, route)
    value.n = 2
    const second = events.of(value, route)
    value.text = 'y'.repeat(length)
    const third = events.of(value, route)
    expect([first, second, third].map(({ body }) => body.value)).toEqual([
      { n: 1, text: 'x'.repeat(length) },
      { n: 2, text: 'x'.repeat(length) },
      { n: 2, text: 'y'.repeat(length) }
    ])
    expect(events.of(value, route)).toBe(third)
  })

  it('says what the value is, though many have been told it before', () => {
    const value = { n: 1, list: ['x'] }
    const first = events.of(value, route)
    for (let told = 0; told < 3; told++) expect(events.of(value, route)).toBe(first)
    value.list.push('y')
    const second = events.of(value, route)
    for (let told = 0; told < 3; told++) expect(events.of(value, route)).toBe(second)
    value.list.pop()
    const third = events.of(value, route)
    expect([first, second, third].map(({ body }) => body.value)).toEqual([
      { n: 1, list: ['x'] },
      { n: 1, list: ['x', 'y'] },
      { n: 1, list: ['x'] }
    ])
  })

  it('is another one on another route, which nobody can change afterwards', () => {
    const given = ['room']
    const first = events.of(1, given)
    given[0] = 'hall'
    expect(events.of(1, given).route).toEqual(['hall'])
    expect(events.of(1, undefined).route).toBeUndefined()
    expect(first.route).toEqual(['room'])
  })

  it('is not kept beyond the turn', async () => {
    const first = events.of('large', route)
    await new Promise((resolve) => setImmediate(resolve))
    expect(events.of('large', route)).not.toBe(first)
  })

  it('is checked each time', () => {
    expect(() => events.of(() => {}, route)).toThrow('cannot travel')
    expect(() => events.of(1, ['x'.repeat(300)])).toThrow('A text of a route')
  })
})
