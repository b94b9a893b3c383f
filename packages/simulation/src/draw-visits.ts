// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { visited } from './names'
import type { EndBehaviour, Operation } from './plan'
import { Random } from '@hcengineering/network-testing/kernel'
import { settings } from './settings'

const unusedMs = settings.unusedContainerSeconds * 1000

/** A client comes, leaves, and comes back, or another does, when the container is just about to end, or ends. */
export function drawVisits(seed: number, clients: number, until: number): Operation[] {
  const random = new Random(seed, 'visits')
  return Array.from({ length: random.int(0, 3) }, (): Operation[] => {
    const uuid = random.pick(visited)
    const kind = uuid.replace(/-.*/, '')
    let at = random.int(500, until - 8000)
    return Array.from({ length: random.int(2, 4) }, () => {
      const forMs = random.int(100, 600)
      const client = random.int(0, clients - 1)
      const visit: Operation = { at, client, action: { type: 'visit', kind, uuid, forMs, asks: 1, connects: false } }
      at += forMs + unusedMs + random.int(-20, random.chance(0.5) ? 60 : 1500)
      return visit
    })
  }).flat()
}

/** Their ends take a while, and some say that they cannot end yet: else nobody would ever come in the middle of one. */
export function drawVisitedEnds(seed: number): Record<string, EndBehaviour[]> {
  const endsOf = (uuid: string): EndBehaviour[] => {
    const random = new Random(seed, `ends/${uuid}`)
    return Array.from({ length: 8 }, () => {
      const type = random.weighted({ ok: 1, slow: 3, 'not-yet': 2 })
      return type === 'ok' ? { type } : { type, ms: random.int(50, 2000) }
    })
  }
  return Object.fromEntries(visited.map((uuid) => [uuid, endsOf(uuid)]))
}
