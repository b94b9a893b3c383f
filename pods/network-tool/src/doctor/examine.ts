// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { OperatorClient } from '@hcengineering/network-client'
import {
  EndpointKind,
  messageOf,
  NetworkError,
  tryParseEndpointRef,
  version,
  type AgentRecordInfo,
  type CoordinatorDiagnosis,
  type ProcessDiagnosis
} from '@hcengineering/network-core'
import { eachOf } from '../waiting'
import type { AgentFacts, Answer, DeploymentFacts } from './findings'
import { whyUnreachable } from './port-probe'

/** Agents that are looked at side by side. */
const agentsAtOnce = 16
/** For how long event loops are watched. */
const sampleMs = 500
const probeMs = 2_000
/** The fastest answer of these says most about the clock. */
const clockTries = 3

/** Finds out what `judge` judges. */
export async function examine(client: OperatorClient, connectedInMs: number, local: boolean): Promise<DeploymentFacts> {
  const [coordinator, agents] = await Promise.all([coordinatorOf(client), client.agents()])
  const examined = await eachOf(agents, agentsAtOnce, async (agent) => await agentOf(client, agent))
  return { version, connectedInMs, agents: examined, local, ...(coordinator === undefined ? {} : { coordinator }) }
}

async function coordinatorOf(client: OperatorClient): Promise<Answer<CoordinatorDiagnosis> | undefined> {
  try {
    return await answerOf(async (watchMs) => await client.diagnose({ sampleMs: watchMs }))
  } catch (error) {
    if (NetworkError.is(error) && error.code === 'UNKNOWN_OPERATION') return undefined
    throw error
  }
}

async function agentOf(client: OperatorClient, agent: AgentRecordInfo): Promise<AgentFacts> {
  const { endpoint, agentId } = agent
  const data = endpoint === undefined ? undefined : tryParseEndpointRef(endpoint)
  const answered = answerOf(async (watchMs) => await client.diagnose({ agent: agentId, sampleMs: watchMs })).then(
    (answer) => ({ answer }),
    (error: unknown) => ({ silent: messageOf(error) })
  )
  if (data === undefined || data.kind === EndpointKind.noconnect) return { agent, ...(await answered) }
  const { host, port } = data
  const unreachable = await whyUnreachable(host, port, probeMs)
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  return { agent, address, ...(unreachable === undefined ? {} : { unreachable }), ...(await answered) }
}

/** The lag from one answer that takes its time, the clock from the fastest of some that do not. */
async function answerOf<T extends ProcessDiagnosis>(ask: (watchMs: number) => Promise<T>): Promise<Answer<T>> {
  const watched = await ask(sampleMs)
  let best: Answer<T> | undefined
  for (let tries = 0; tries < clockTries; tries++) {
    const sentAt = Date.now()
    const facts = await ask(0)
    const receivedAt = Date.now()
    if (best === undefined || receivedAt - sentAt < best.receivedAt - best.sentAt) best = { facts, sentAt, receivedAt }
  }
  if (best === undefined) throw new Error('at least one answer is waited for')
  return { ...best, facts: { ...best.facts, loop: watched.loop } }
}
