// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { ClosedLoop } from '../closed-loop'

const endless = { durationMs: Number.MAX_SAFE_INTEGER }

describe('a closed loop', () => {
  it('asks as often as it should, each time with another number', async () => {
    const asked: number[] = []
    const ask = async (n: number): Promise<boolean> => {
      asked.push(n)
      return true
    }
    const result = await new ClosedLoop(ask, { ...endless, inFlight: 3, requests: 10 }).run()
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(result).toMatchObject({ answered: 10, failed: 0, lost: 0, wrong: 0 })
  })

  it('never has more in flight than it should', async () => {
    let inFlight = 0
    let most = 0
    const ask = async (): Promise<boolean> => {
      most = Math.max(most, ++inFlight)
      await Promise.resolve()
      inFlight--
      return true
    }
    await new ClosedLoop(ask, { ...endless, inFlight: 4, requests: 50 }).run()
    expect(most).toBe(4)
  })

  it('counts failures and wrong answers, and goes on', async () => {
    const ask = async (n: number): Promise<boolean> => {
      if (n === 1) throw new Error('no')
      return n !== 2
    }
    const result = await new ClosedLoop(ask, { ...endless, inFlight: 1, requests: 4 }).run()
    expect(result).toMatchObject({ answered: 3, failed: 1, wrong: 1, lost: 0, failure: 'Error: no' })
  })
})
