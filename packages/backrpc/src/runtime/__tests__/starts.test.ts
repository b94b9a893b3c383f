// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Conversation } from '../../session/conversation'
import type { Execution } from '../../session/conversation-effects'
import { Starts } from '../starts'

interface Peer {
  answersPileUp: boolean
  answersThatFit: number
  ended: boolean
}

const turn = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve))
const peer = (fields: Partial<Peer> = {}): Peer => ({
  answersPileUp: false,
  answersThatFit: 4,
  ended: false,
  ...fields
})

describe('requests that come together', () => {
  let now: number
  let begun: Execution<string>[]
  let onBegin: (execution: Execution<string>) => void
  let starts: Starts<string>

  beforeEach(() => {
    now = 0
    begun = []
    onBegin = () => {}
    starts = new Starts<string>(
      () => now,
      (execution) => {
        begun.push(execution)
        onBegin(execution)
      },
      ({ params }) => params as string | undefined
    )
  })

  const give = (conversation: Peer, count: number, more: object = {}): void => {
    starts.comesTogether()
    for (let n = 0; n < count; n++) {
      const execution = { conversation: conversation as Conversation<string>, method: String(n), params: 'me', ...more }
      starts.give(execution as Execution<string>)
    }
  }
  const of = (conversation: Peer): string[] =>
    begun.filter((execution) => execution.conversation === conversation).map(({ method }) => method)
  const upTo = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n))

  /** How many are begun in each turn. */
  const turns = async (count: number): Promise<number[]> => {
    const counts: number[] = []
    for (let n = 0; n < count; n++) {
      counts.push(begun.length)
      await turn()
    }
    return counts
  }

  it('are begun in order, twice as many in each turn while their answers are small', async () => {
    const a = peer()
    give(a, 50)
    onBegin = (execution) => starts.answered(execution, 100)
    expect(await turns(5)).toEqual([3, 9, 21, 45, 50])
    expect(of(a)).toEqual(upTo(50))
  })

  it('are all begun at once where the last were small, for a second', async () => {
    const a = peer()
    give(a, 200)
    await turns(7)
    give(a, 150)
    expect(begun).toHaveLength(350)
    now += 1_001
    give(a, 150)
    expect(begun).toHaveLength(353)
    starts.flush()
  })

  it('are few in each turn when answers are large', async () => {
    onBegin = (execution) => starts.answered(execution, 1_000_000)
    give(peer(), 12)
    expect(await turns(5)).toEqual([3, 6, 9, 12, 12])
  })

  it('wait while their peer has much to read, and those of others do not', async () => {
    const [slow, other] = [peer(), peer()]
    give(slow, 5)
    slow.answersPileUp = true
    slow.answersThatFit = 0
    give(other, 5)
    await turns(3)
    expect([of(slow), of(other)]).toEqual([upTo(3), upTo(5)])
    starts.resume()
    await turns(2)
    expect(of(slow)).toEqual(upTo(3))
    slow.answersPileUp = false
    starts.resume()
    await turns(2)
    expect(of(slow)).toEqual(upTo(5))
  })

  it('are given to who lets go of them when their peer is gone', async () => {
    const gone = peer({ answersPileUp: true, answersThatFit: 0 })
    give(gone, 2)
    await turns(1)
    gone.ended = true
    starts.resume()
    await turns(1)
    expect(of(gone)).toEqual(upTo(2))
  })

  it('do not hold up the opening of a stream, behind which its items come', () => {
    const busy = peer({ answersPileUp: true, answersThatFit: 0 })
    give(busy, 2)
    give(busy, 1, { stream: {} })
    expect(begun).toHaveLength(1)
  })

  it('are begun one of each peer after the other', async () => {
    const [many, few] = [peer(), peer()]
    onBegin = (execution) => starts.answered(execution, 1_000_000)
    give(many, 30)
    give(few, 3)
    await turns(4)
    expect(of(few)).toEqual(upTo(3))
  })

  it('are begun one of each caller after the other, where a peer asks for several', async () => {
    const relay = peer()
    onBegin = (execution) => starts.answered(execution, 1_000_000)
    give(relay, 30, { params: 'many' })
    give(relay, 3, { params: 'few' })
    await turns(4)
    expect(begun.filter(({ params }) => params === 'few').map(({ method }) => method)).toEqual(upTo(3))
    const many = begun.filter(({ params }) => params === 'many').map(({ method }) => method)
    expect(many).toEqual(upTo(12))
    starts.flush()
  })

  it('are begun for who has little to read, while another caller of that peer has much', async () => {
    const relay = peer()
    give(relay, 3, { params: 'many' })
    for (const execution of begun) starts.answered(execution, 60_000_000)
    relay.answersPileUp = true
    give(relay, 3, { params: 'many' })
    give(relay, 20, { params: 'few' })
    onBegin = (execution) => starts.answered(execution, 100_000)
    await turns(10)
    const count = (caller: string): number => begun.filter(({ params }) => params === caller).length
    // Small ones until they are many too
    expect([count('many'), count('few')]).toEqual([3, 11])
    relay.answersPileUp = false
    starts.resume()
    await turns(10)
    expect([count('many'), count('few')]).toEqual([6, 20])
  })

  it('are begun for those no more at a time than would fit, were their answers large', async () => {
    const relay = peer({ answersPileUp: true, answersThatFit: 0 })
    give(relay, 9, { params: 'few' })
    await turns(3)
    expect(begun).toEqual([])
    relay.answersThatFit = 2
    starts.resume()
    await turns(3)
    expect(begun).toHaveLength(2)
    starts.answered(begun[0], 10)
    starts.resume()
    await turns(3)
    expect(begun).toHaveLength(3)
    relay.answersPileUp = false
    starts.resume()
    await turns(3)
    expect(begun).toHaveLength(9)
  })

  it('that a peer makes for itself are begun before all that it passes on, also where it has much to read', () => {
    const relay = peer({ answersPileUp: true, answersThatFit: 0 })
    give(relay, 8, { params: 'many' })
    give(relay, 2, { params: undefined })
    expect(begun.map(({ params }) => params)).toEqual([undefined, undefined])
    starts.flush()
  })

  it('that a peer makes for itself are bounded in a turn by their number', async () => {
    const relay = peer()
    give(relay, 600, { params: undefined })
    expect(await turns(4)).toEqual([256, 512, 600, 600])
    expect(of(relay)).toEqual(upTo(600))
    give(relay, 1, { params: undefined })
    expect(begun).toHaveLength(601)
  })

  it('are all begun when there is no later', () => {
    const a = peer({ answersPileUp: true, answersThatFit: 0 })
    give(a, 30)
    starts.flush()
    expect(of(a)).toEqual(upTo(30))
  })
})
