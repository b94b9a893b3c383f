// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkClientImpl } from '@hcengineering/network-client'
import { NetworkImpl } from '@hcengineering/network-core'
import { drawPlan, runSeed, type Plan, type RunResult } from '../index'
import type { World } from '../world'

/** A run without faults of its own: what fails is what the test broke. */
const calm = (seed: number): Plan => ({ ...drawPlan(seed), faults: [], starts: {} })

/** What the first of some seeds that fails is blamed for. */
async function blame(sabotage: (world: World) => void): Promise<string[]> {
  for (let seed = 1; seed <= 5; seed++) {
    const { violations } = await runSeed(seed, { plan: calm(seed), sabotage })
    if (violations.length > 0) return [...new Set(violations.map(({ checker }) => checker))]
  }
  return []
}

/** Replaces what a process hears: `again` may deliver something once more. */
function eavesdrop(
  world: World,
  hear: (frames: readonly Uint8Array[], again: (frames: Uint8Array[]) => void) => void
): void {
  const { links } = world
  const { transport } = links
  links.transport = (node, process) => {
    const inner = transport.call(links, node, process)
    return {
      connect: (options, handlers) => inner.connect(options, handlers),
      listen: async (options, handlers) =>
        await inner.listen(options, {
          ...handlers,
          message: (peer, frames) => {
            handlers.message(peer, frames)
            hear(frames, (more) => handlers.message(peer, more))
          }
        })
    }
  }
}

const text = (frame: Uint8Array | undefined): string => Buffer.from(frame ?? []).toString()

describe('simulation - catches', () => {
  afterEach(() => jest.restoreAllMocks())

  it('requests that are executed once more under another id, as without the dropping of repeats', async () => {
    const blamed = await blame((world) =>
      eavesdrop(world, ([operation, id, payload], again) => {
        const toContainer = text(operation) === '1' && text(payload).startsWith('["cs"')
        if (toContainer) again([operation, Buffer.from(`${text(id)}0000`), payload])
      })
    )
    expect(blamed).toContain('at most once')
  })

  it('holds that are never let go', async () => {
    jest.spyOn(NetworkImpl.prototype, 'release').mockResolvedValue(undefined)
    expect(await blame(() => {})).toContain('holds')
  })

  it('a call that never settles', async () => {
    jest.spyOn(NetworkClientImpl.prototype, 'list').mockReturnValue(new Promise(() => {}))
    const operations: Plan['operations'] = [{ at: 500, client: 0, action: { type: 'list' } }]
    const { violations } = await runSeed(1, { plan: { ...calm(1), operations } })
    expect(violations.map(({ checker }) => checker)).toContain('calls settle')
  })

  it('a run in which nothing happens', async () => {
    const result: RunResult = await runSeed(1, { plan: { ...calm(1), operations: [] } })
    expect(result.violations).toEqual([])
    expect(result.vacuous).toBe('nothing was held')
  })

  it('code that waits for real time', async () => {
    const sabotage = (world: World): void => {
      world.time.after(100, () => setTimeout(() => {}, 1))
    }
    await expect(runSeed(1, { plan: calm(1), sabotage })).rejects.toThrow('Real time')
    expect(typeof setTimeout(() => {}, 0)).toBe('object')
  })
})
