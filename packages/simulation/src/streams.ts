// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type ContainerConnection, type ContainerReference } from '@hcengineering/network-core'
import type { Id, SimulatedProcess } from '@hcengineering/network-testing/kernel'
import type { StreamItem } from './containers'
import type { Action } from './plan'
import type { World } from './world'

/** Longest that a stream of the workload may last, with all that may happen to it: it has no deadline of its own. */
const streamMs = 16_000

/** Reads one stream of the workload, as its plan says, and tells the history; never rejects. */
export async function readStream(
  world: World,
  process: SimulatedProcess,
  target: ContainerReference | ContainerConnection,
  { way, count, paceMs, input, leaveAfter, abortAfterMs }: Extract<Action, { type: 'stream' }>
): Promise<void> {
  const { history } = world
  const controller = new AbortController()
  const cancel = abortAfterMs === undefined ? () => {} : process.after(abortAfterMs, () => controller.abort())
  await world.calls.make(process, { what: `stream by ${way}`, timeoutMs: streamMs }, async (stream: Id) => {
    history.record({ type: 'streaming', stream, count })
    let how = 'whole'
    let items = 0
    const options = { signal: controller.signal, ...(input ? { input: numbers(count) } : {}) }
    try {
      const reading = target.stream?.('count', { stream, count, paceMs }, options)
      for await (const { instance, number } of reading as AsyncIterable<StreamItem>) {
        history.record({ type: 'stream-item', stream, instance, number })
        if (++items === leaveAfter) {
          how = 'left'
          break
        }
      }
    } catch (error) {
      how = error instanceof NetworkError ? error.code : 'NOT_OURS'
      throw error
    } finally {
      history.record({ type: 'stream-ended', stream, how })
      cancel()
    }
    return how
  })
}

async function* numbers(count: number): AsyncIterable<number> {
  for (let number = 0; number < count; number++) yield number
}
