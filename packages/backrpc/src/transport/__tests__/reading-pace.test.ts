// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { ReadingPace } from '../reading-pace'

describe('reading', () => {
  let now = 0
  const log: string[] = []
  const socket = { pause: () => log.push('pause'), resume: () => log.push('resume') }
  const pace = new ReadingPace(socket, () => now)

  it('goes on at once after what took little, and in the next turn after what took long', async () => {
    pace.begins()
    now += 0.1
    pace.ends()
    expect(log).toEqual([])
    pace.begins()
    now += 50
    pace.ends()
    expect(log).toEqual(['pause'])
    await new Promise((resolve) => setImmediate(resolve))
    expect(log).toEqual(['pause', 'resume'])
  })
})
