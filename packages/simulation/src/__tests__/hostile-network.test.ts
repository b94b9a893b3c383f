// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { VirtualTime } from '@hcengineering/network-testing/kernel'
import { HostileNetwork } from '../hostile-network'
import type { HostileWay } from '../plan'

/** What arrives of messages 0 to 9, at once and in the end. */
async function arrived(
  way: HostileWay,
  stopped: boolean = false
): Promise<{ early: string; late: string; count: number }> {
  const time = new VirtualTime()
  const network = new HostileNetwork({ share: 1, ways: [way] }, 1, time)
  if (stopped) network.stop()
  const all: string[] = []
  for (let number = 0; number < 10; number++) {
    network.pass([Buffer.from(String(number))], ([frame]) => all.push(Buffer.from(frame).toString()))
  }
  const early = all.join('')
  await time.runUntil(10_000)
  return { early, late: all.join(''), count: network.count }
}

describe('hostile network', () => {
  it('keeps its promises once it is stopped', async () => {
    expect(await arrived('drop', true)).toEqual({ early: '0123456789', late: '0123456789', count: 0 })
  })

  it('loses messages, doubles them, lets them overtake each other, says them again, changes them', async () => {
    expect(await arrived('drop')).toEqual({ early: '', late: '', count: 10 })
    expect(await arrived('duplicate')).toMatchObject({ early: '00112233445566778899' })
    const reordered = await arrived('reorder')
    expect(reordered.late).not.toBe('0123456789')
    expect([...reordered.late].sort().join('')).toBe('0123456789')
    const replayed = await arrived('replay')
    expect(replayed.early).toBe('0123456789')
    expect(replayed.late).toHaveLength(20)
    expect((await arrived('flip')).early).not.toBe('0123456789')
  })
})
