// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { until } from '../harness/waiting'
import { monotonicMs } from './fact-file'
import { pause, usualSettings, type Fault } from './fault'
import type { FaultNetwork, LoadClient } from './fault-network'

const FLOOD_MS = 2_000
const FLOOD_BATCH = 1_500
/** The flood is on by then. */
const FLOOD_AHEAD_MS = 200
/** 32 MiB in all: far more than the system's buffers and what is kept for one consumer. */
const POUR = { requests: 32, count: 64, bytes: 16 * 1024 }
const POURED = 'c0'
const settings = { ...usualSettings, idleClient: true }

function idle(network: FaultNetwork): LoadClient {
  if (network.idle === undefined) throw new Error('This fault needs a network with an idle client')
  return network.idle
}

/** One client sends as much as it can to one container; the others go on. */
export const flood: Fault = {
  settings,
  inject: async (network, round) => {
    const flooding = idle(network).call('flood', { uuid: `c${round % 20}`, ms: FLOOD_MS, batch: FLOOD_BATCH }, 60_000)
    await pause(FLOOD_AHEAD_MS)
    return {
      since: monotonicMs(),
      affects: () => true,
      mend: async () => {
        const made = await flooding
        if (made < FLOOD_BATCH) throw new Error(`A flood of ${made} requests is none`)
      }
    }
  }
}

/** One client stops reading while events are poured over it; it is told what it has missed, and the others go on. */
export const slowReader: Fault = {
  settings,
  inject: async (network) => {
    const reader = idle(network)
    const before = await reader.call('gaps', { uuid: POURED })
    network.history.record({ type: 'unreachable', process: 'idle' })
    await reader.pause()
    const since = monotonicMs()
    const pouring = network.clients[0].call('pour', { uuid: POURED, ...POUR }, 60_000)
    return {
      since,
      affects: () => true,
      mend: async () => {
        await pouring.finally(() => reader.resume())
        network.history.record({ type: 'reachable', process: 'idle' })
        const told = async (): Promise<boolean> => (await reader.call('gaps', { uuid: POURED })) > before
        await until(told, 'the slow reader is told that it has missed events')
      }
    }
  }
}
