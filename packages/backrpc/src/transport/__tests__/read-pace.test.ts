// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { ReadPace } from '../read-pace'

class Loop {
  now = 0
  readonly log: string[] = []
  readonly pace = new ReadPace(
    () => this.now,
    (run) => this.planned.push(run)
  )

  private planned: (() => void)[] = []

  /** A piece that comes, and takes so long. */
  comes(name: string, ms: number): void {
    const work = (): void => {
      this.log.push(name)
      this.now += ms
    }
    if (this.pace.hasTime()) work()
    else this.pace.later(work)
  }

  turn(): string[] {
    for (const run of this.planned.splice(0)) run()
    return this.log.splice(0)
  }

  get idle(): boolean {
    return this.planned.length === 0
  }
}

describe('the pace of a listener', () => {
  test('what comes in time is worked on at once', () => {
    const loop = new Loop()
    for (const name of ['a', 'b', 'c']) loop.comes(name, 3)
    expect(loop.log).toEqual(['a', 'b', 'c'])
  })

  test('what comes when the time is over waits for later turns, each bounded, in the order it came', () => {
    const loop = new Loop()
    for (const name of ['a', 'b', 'c', 'd', 'e']) loop.comes(name, 6)
    expect(loop.log.splice(0)).toEqual(['a', 'b'])
    expect(loop.pace.late).toBe(true)
    expect(loop.turn()).toEqual([])
    loop.comes('f', 6)
    expect(loop.turn()).toEqual(['c', 'd'])
    expect(loop.turn()).toEqual(['e', 'f'])
    expect(loop.pace.late).toBe(false)
    loop.turn()
    expect(loop.idle).toBe(true)
  })

  test('the time of a turn is not that of the one before', () => {
    const loop = new Loop()
    loop.comes('a', 9)
    loop.turn()
    loop.comes('b', 9)
    loop.now += 100
    loop.turn()
    loop.comes('c', 1)
    expect(loop.turn()).toEqual(['c'])
  })

  test('many pieces take many turns, and none is lost', () => {
    const loop = new Loop()
    const names = Array.from({ length: 1000 }, (_, n) => String(n))
    for (const name of names) loop.comes(name, 1)
    const done: string[] = loop.log.splice(0)
    while (!loop.idle) {
      const turn = loop.turn()
      expect(turn.length).toBeLessThanOrEqual(32)
      done.push(...turn)
    }
    expect(done).toEqual(names)
  })

  test('what comes from who has had his share goes behind what others have, in a later turn, and makes nobody late', () => {
    const loop = new Loop()
    const more = (): void => {
      loop.log.push('more')
      loop.now += 6
    }
    const before = loop.pace.turn
    loop.comes('a', 6)
    loop.pace.behind(more)
    loop.pace.behind(more)
    expect(loop.pace.late).toBe(false)
    loop.comes('b', 6)
    loop.comes('c', 1)
    expect(loop.pace.late).toBe(true)
    expect(loop.turn()).toEqual(['a', 'b'])
    expect(loop.pace.turn).not.toBe(before)
    expect(loop.turn()).toEqual(['c', 'more', 'more'])
    loop.turn()
    expect(loop.idle).toBe(true)
  })

  test('what others have while only that waits is worked on at once, and the turn ends as it was planned', () => {
    const loop = new Loop()
    const more = (): void => {
      loop.log.push('more')
    }
    loop.comes('a', 1)
    loop.pace.behind(more)
    expect(loop.turn()).toEqual(['a'])
    loop.comes('b', 1)
    expect(loop.turn()).toEqual(['b', 'more'])
    const next = loop.pace.turn
    loop.comes('c', 1)
    expect(loop.turn()).toEqual(['c'])
    expect(loop.pace.turn).toBe(next + 1)
    expect(loop.idle).toBe(true)
  })

  test.each([
    ['takes all the time as it comes', ['a']],
    ['never ceases to wait', ['a', 'b', 'c']]
  ])(
    'of those that have had their share one has a piece worked on in each turn, where what others have %s',
    (_, names) => {
      const loop = new Loop()
      const others = (): void => {
        for (const name of names) loop.comes(name, 12)
      }
      others()
      for (let n = 0; n < 3; n++) loop.pace.behind(() => loop.log.push('more'))
      loop.turn()
      for (let n = 0; n < 3; n++) {
        others()
        expect(loop.turn()).toContain('more')
      }
    }
  )

  test('what goes behind all that waits does so, and at once when nothing waits', () => {
    const loop = new Loop()
    loop.pace.afterAll(() => loop.log.push('first'))
    for (const name of ['a', 'b']) loop.comes(name, 20)
    loop.pace.afterAll(() => loop.log.push('last'))
    expect(loop.log.splice(0)).toEqual(['first', 'a'])
    loop.turn()
    expect([...loop.turn(), ...loop.turn()]).toEqual(['b', 'last'])
  })

  test('what a single piece asks for is not put off; what several do leaves once, at the end of their turn', () => {
    const loop = new Loop()
    const written = (): void => {
      loop.log.push('written')
    }
    loop.comes('a', 1)
    expect(loop.pace.atEnd(written)).toBe(false)
    loop.comes('b', 1)
    expect(loop.pace.atEnd(written)).toBe(true)
    loop.comes('c', 1)
    expect(loop.turn()).toEqual(['a', 'b', 'c', 'written'])
    loop.comes('d', 1)
    expect(loop.pace.atEnd(written)).toBe(false)
  })

  test('the end of a turn comes behind the pieces that waited for it', () => {
    const loop = new Loop()
    for (const name of ['a', 'b', 'c']) loop.comes(name, 6)
    const written = (): void => {
      loop.log.push('written')
    }
    expect(loop.pace.atEnd(written)).toBe(true)
    expect(loop.turn()).toEqual(['a', 'b', 'written'])
    expect(loop.turn()).toEqual(['c'])
  })
})
