// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Lap } from '../lap'

describe('Lap', () => {
  it('takes the first answer to what was asked since', async () => {
    const lap = new Lap()
    lap.add({ askedAt: 9, at: 11, process: 'a1' })
    lap.add({ askedAt: 10, at: 12, process: 'a1' })
    await expect(lap.first({ since: 10 }, 1_000)).resolves.toBe(12)
  })

  it('takes an answer to an earlier request when somebody else gives it', async () => {
    const lap = new Lap()
    lap.add({ askedAt: 8, at: 9, process: 'a2' })
    lap.add({ askedAt: 9, at: 11, process: 'a1' })
    lap.add({ askedAt: 9, at: 12, process: 'a2' })
    await expect(lap.first({ since: 10, notFrom: 'a1' }, 1_000)).resolves.toBe(12)
  })

  it('waits for it, and not for ever', async () => {
    const lap = new Lap()
    const first = lap.first({ since: 10 }, 60_000)
    lap.add({ askedAt: 9, at: 11, process: 'a1' })
    lap.add({ askedAt: 11, at: 13, process: 'a1' })
    await expect(first).resolves.toBe(13)
    await expect(lap.first({ since: 14 }, 0)).resolves.toBeUndefined()
  })

  it('forgets what came before a round', async () => {
    const lap = new Lap()
    lap.add({ askedAt: 10, at: 12, process: 'a1' })
    lap.begin()
    await expect(lap.first({ since: 10 }, 0)).resolves.toBeUndefined()
  })
})
