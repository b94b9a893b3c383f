// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkClientImpl } from '@hcengineering/network-client'
import { NetworkImpl, StreamReader } from '@hcengineering/network-core'
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

/**
 * First byte of a request of protocol 2; behind it a byte of flags, the id, and how far below it all is settled: numbers of
 * seven bits a byte, the lowest first.
 */
const REQUEST = 0x81

/** Added to ids: more than a run makes. */
const ANOTHER = 2 ** 27

function withAnotherId(header: Uint8Array): Uint8Array {
  let at = 2
  const read = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = header[at++]
      value += (byte % 128) * factor
      if (byte < 128) return value
    }
  }
  const written = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) + 128, ...written(Math.floor(value / 128))]
  const numbers = [read(), read()].flatMap((value) => written(value + ANOTHER))
  return Uint8Array.from([...header.subarray(0, 2), ...numbers, ...header.subarray(at)])
}

const text = (frame: Uint8Array | undefined): string => Buffer.from(frame ?? []).toString()

describe('simulation - catches', () => {
  afterEach(() => jest.restoreAllMocks())

  it('requests that are executed once more under another id, as without the dropping of repeats', async () => {
    const blamed = await blame((world) =>
      eavesdrop(world, ([header, ...data], again) => {
        if (header[0] === REQUEST && text(header).includes('cs')) again([withAnotherId(header), ...data])
      })
    )
    expect(blamed).toContain('at most once')
  })

  it('holds that are never let go', async () => {
    jest.spyOn(NetworkImpl.prototype, 'release').mockResolvedValue(undefined)
    expect(await blame(() => {})).toContain('holds')
  })

  it('items of streams that are lost on their way', async () => {
    const { item } = StreamReader.prototype
    let count = 0
    jest.spyOn(StreamReader.prototype, 'item').mockImplementation(function (this: StreamReader, value, bytes) {
      if (++count % 10 !== 0) item.call(this, value, bytes)
    })
    expect(await blame(() => {})).toContain('streams')
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
