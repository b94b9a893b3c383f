// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { CancelSignal, ClientUuid } from '@hcengineering/network-core'
import { Asks, type AskEnds } from '../asks'

const one = 'one' as ClientUuid
const two = 'two' as ClientUuid

/** A get that ends when it is taken back. */
async function taken(signal: CancelSignal): Promise<string> {
  return await new Promise((resolve) => signal.addEventListener('abort', () => resolve('taken back')))
}

/** The ends of a get whose request goes on. */
const by = (ask: number): AskEnds => ({ ask, signal: new AbortController().signal })

describe('asks', () => {
  test('are taken back by their client and number only', async () => {
    const asks = new Asks()
    const first = asks.during(one, by(1), taken)
    const others = [asks.during(one, by(2), taken), asks.during(two, by(1), taken)]
    let ended = 0
    for (const other of others) void other.then(() => ended++)
    asks.cancel(one, 1)
    asks.cancel(one, 7)
    expect(await first).toBe('taken back')
    expect(ended).toBe(0)
    asks.cancel(one, 2)
    asks.cancel(two, 1)
    await Promise.all(others)
  })

  test('that have ended are not known any more, and a number may come again', async () => {
    const asks = new Asks()
    expect(await asks.during(one, by(1), async () => 'granted')).toBe('granted')
    const again = asks.during(one, by(1), taken)
    asks.cancel(one, 1)
    expect(await again).toBe('taken back')
  })

  test.each([1, undefined])(
    'are taken back with the request that carries them, whether numbered or not (%p)',
    async (ask) => {
      const asks = new Asks()
      const request = new AbortController()
      const get = asks.during(one, { ask, signal: request.signal }, taken)
      request.abort()
      expect(await get).toBe('taken back')
    }
  )
})
