// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Shares } from '../shares'

interface Work {
  readonly peer: string
  readonly n: number
  readonly bytes?: number
}

const turn = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve))

describe('shares of a turn', () => {
  let now: number
  let begun: Work[]
  let onBegin: (work: Work) => void
  let shares: Shares<Work>

  beforeEach(() => {
    now = 0
    begun = []
    onBegin = () => {}
    shares = new Shares(
      () => now,
      ({ bytes = 0 }) => bytes,
      (work) => {
        begun.push(work)
        onBegin(work)
      }
    )
  })

  const give = (peer: string, count: number, bytes?: number): void => {
    for (let n = 0; n < count; n++) shares.give(peer, { peer, n, bytes })
  }
  const of = (peer: string): number[] => begun.filter((work) => work.peer === peer).map(({ n }) => n)
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

  it('begin at once what one turn bears, and the rest in later turns, in order', async () => {
    give('a', 1024)
    expect(begun).toHaveLength(256)
    await turn()
    expect(begun).toHaveLength(448)
    for (let n = 0; n < 3; n++) await turn()
    expect(of('a')).toEqual(upTo(1024))
  })

  it('serve who asks for little before the rest of who asks for much', async () => {
    give('flood', 1500)
    await turn()
    give('small', 1)
    expect(of('small')).toEqual([0])
    expect(of('flood').length).toBeLessThan(1500)
    give('flood', 3)
    for (let n = 0; n < 10; n++) await turn()
    expect(of('flood')).toEqual([...upTo(1500), 0, 1, 2])
  })

  it('go round between those that wait', async () => {
    give('first', 1000)
    give('second', 100)
    give('third', 100)
    await turn()
    const [first, second, third] = ['first', 'second', 'third'].map((peer) => of(peer).length)
    expect(first).toBeLessThan(1000)
    expect(second).toBeGreaterThanOrEqual(32)
    expect(third).toBeGreaterThanOrEqual(32)
    for (let n = 0; n < 5; n++) await turn()
    expect([of('first'), of('second'), of('third')]).toEqual([upTo(1000), upTo(100), upTo(100)])
  })

  it('count time too, and begin one in each turn whatever it takes', async () => {
    onBegin = () => (now += 10)
    give('slow', 3)
    give('other', 1)
    expect(begun).toHaveLength(1)
    for (let n = 0; n < 3; n++) await turn()
    expect([of('slow'), of('other')]).toEqual([upTo(3), [0]])
  })

  it('keep no more than a bound', () => {
    give('a', 512)
    give('many', 5_000)
    expect(of('many').length).toBeGreaterThan(4_000)
    give('large', 3, 600_000)
    expect(of('large').length).toBeGreaterThanOrEqual(2)
  })

  it('begin all of a peer before something else, also from within', () => {
    give('a', 600)
    shares.flush('a')
    expect(of('a')).toEqual(upTo(600))
    give('b', 3)
    onBegin = ({ peer }) => shares.flush(peer)
    shares.flushAll()
    expect(of('b')).toEqual(upTo(3))
  })
})
