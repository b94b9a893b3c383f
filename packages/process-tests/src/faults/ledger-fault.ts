// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { symlinkSync, unlinkSync } from 'node:fs'
import { ChildError } from '../harness/child'
import { until } from '../harness/waiting'
import { monotonicMs } from './fact-file'
import { usualSettings, type Fault, type Injury } from './fault'
import type { FaultNetwork } from './fault-network'

/** Writing there fails with ENOSPC, as on a disk that is full. */
const FULL = '/dev/full'

/** The draft of the next ledger; the file that stands is not touched. */
function draftOf(network: FaultNetwork): string {
  return `${network.world.ledger}.new`
}

/** An agent that comes is told why it must wait, and nobody counts on it; when there is room it is served. */
async function refuseAgent(network: FaultNetwork, round: number): Promise<Injury> {
  const late = network.addAgent(`late-${round}`)
  const registered = late.call('start', late.options)
  await until(() => late.log().includes('ENOSPC'), 'the late agent is told that the disk is full')
  const agents = await network.clients[0].call('agents', undefined)
  if (agents.includes(late.options.agentId)) throw new Error('An agent that was refused is listed')
  return {
    since: monotonicMs(),
    affects: () => true,
    mend: async (measured) => {
      await measured
      unlinkSync(draftOf(network))
      await registered
      await network.killAgent(late)
    }
  }
}

/** A coordinator does not start when it cannot write down its epoch; who is connected directly goes on meanwhile. */
async function refuseStart(network: FaultNetwork): Promise<Injury> {
  const since = monotonicMs()
  await network.killCoordinator()
  const error: unknown = await network.startCoordinator().catch((reason: unknown) => reason)
  const { code, message } = (error ?? {}) as { code?: string; message?: string }
  if (!(error instanceof ChildError) || code !== 'UNAVAILABLE' || message?.includes('ENOSPC') !== true) {
    throw new Error(`A start while the disk is full should be refused as UNAVAILABLE with ENOSPC: ${String(error)}`)
  }
  return {
    since,
    affects: ({ way }) => way === 'direct',
    mend: async () => {
      unlinkSync(draftOf(network))
      await network.startCoordinator()
    }
  }
}

/** The disk of the ledger is full: who comes anew is refused and told why, who is served goes on. */
export const ledgerFull: Fault = {
  settings: usualSettings,
  inject: async (network, round) => {
    symlinkSync(FULL, draftOf(network))
    return round % 2 === 0 ? await refuseAgent(network, round) : await refuseStart(network)
  }
}
