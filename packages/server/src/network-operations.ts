// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { CallContext } from '@hcengineering/network-backrpc'
import {
  NetworkError,
  agentRecordOf,
  opNames,
  readCoordinatorParams,
  Unread,
  type AgentUuid,
  type ClientUuid,
  type ContainerUuid,
  type CoordinatorDiagnosis,
  type CoordinatorOperations,
  type NetworkEvent,
  type NetworkImpl,
  type ProcessDiagnosis
} from '@hcengineering/network-core'
import type { Asks } from './asks'
import type { Pages } from './pages'
import type { RegistrationParts } from './registration-parts'
import type { RemoteAgent } from './remote-agent'

/** What the operations need of the server around them. */
export interface OperationsHost {
  readonly parts: RegistrationParts
  readonly pages: Pages
  readonly asks: Asks
  /** An agent of that client, about to register. */
  remoteAgent(client: ClientUuid, record: ReturnType<typeof agentRecordOf>): RemoteAgent
  agentOf(client: ClientUuid, agentId: AgentUuid): RemoteAgent | undefined
  /** `false` when its client is gone by now. */
  registered(agent: RemoteAgent): boolean
  unregistered(agent: RemoteAgent): void
  /**
   * Resolves when a restart would not forget that containers are left to that agent, with what takes it back. Comes before
   * anybody counts on it.
   */
  grant(client: ClientUuid, agentId: AgentUuid): Promise<() => void>
  /** Facts about this coordinator. */
  diagnose(sampleMs: number | undefined): Promise<CoordinatorDiagnosis>
  /** Facts about an agent's process. */
  diagnoseAgent(agentId: AgentUuid, sampleMs: number | undefined): Promise<ProcessDiagnosis>
  /** Sends one event of a container to a client. */
  send(client: ClientUuid, uuid: ContainerUuid, data: unknown): Promise<void>
}

/** Those that answer with a promise. */
type Promising = Exclude<keyof CoordinatorOperations, 'cs'>

type Serve<N extends Promising> = (
  client: ClientUuid,
  params: CoordinatorOperations[N]['params'],
  context: CallContext
) => Promise<CoordinatorOperations[N]['result']>

/** 0.7 answers these with this word. */
const done = 'ok'

/** The operations of the coordinator, by name: each answers by the context, or throws. */
export function networkOperations(
  network: NetworkImpl,
  host: OperationsHost
): (client: ClientUuid, name: string, params: unknown, context: CallContext) => void {
  const serve: { readonly [N in Promising]: Serve<N> } = {
    ar: async (client, params, { bytes }) => {
      const containers = host.parts.add(client, params, bytes)
      if (containers === undefined) return []
      const record = agentRecordOf({ ...params, containers })
      const agent = host.remoteAgent(client, record)
      const takeBack = await host.grant(client, record.agentId)
      try {
        const terminate = await network.register(record, agent, client)
        if (!host.registered(agent)) takeBack()
        return terminate
      } catch (error) {
        takeBack()
        throw error
      }
    },
    au: async (client, { uuid }) => {
      const agent = host.agentOf(client, uuid)
      if (agent === undefined) return done // it went before, or belongs to somebody else
      await network.unregister(uuid)
      host.unregistered(agent)
      return done
    },
    al: async () => await network.agents(),
    ak: async () => await network.kinds(),
    cl: async (client, { kind, page }) => {
      if (page !== undefined && page !== '') return host.pages.next(client, page)
      const records = await network.list(kind ?? undefined)
      return page === undefined ? records : host.pages.first(client, records)
    },
    gg: async (client, { kind, request, timeoutMs, restore, ask }, { signal: gone }) =>
      await host.asks.during(client, { ask, signal: gone }, async (signal) =>
        network.acquire(client, kind, request, { timeoutMs, restore, signal })
      ),
    gx: async (client, { ask }) => {
      host.asks.cancel(client, ask)
      return done
    },
    cr: async (client, { uuid }) => {
      await network.release(client, uuid)
      return done
    },
    cc: async (client, { uuid }) => {
      const broadcast = async (data: unknown): Promise<void> => await host.send(client, uuid, data)
      await network.connect(client, uuid, broadcast, { unread: true })
      return done
    },
    cd: async (client, { uuid }) => {
      await network.disconnect(client, uuid)
      return done
    },
    cu: async (client, { uuid, containers }) => {
      const event: NetworkEvent = { agents: [], containers }
      await host.agentOf(client, uuid)?.onUpdate?.(event)
      return done
    },
    nw: async (client) => {
      network.watch(client)
      return done
    },
    ex: async (_client, { uuid }) => await network.explain(uuid),
    ct: async (_client, { uuid, ...options }) => await network.terminate(uuid, options),
    ad: async (_client, { uuid, ...options }) => await network.drainAgent(uuid, options),
    di: async (_client, { agent, sampleMs }) =>
      agent === undefined ? await host.diagnose(sampleMs) : await host.diagnoseAgent(agent, sampleMs)
  }

  /** The one that is worth it: no promise is made. */
  const relay = (client: ClientUuid, params: unknown, context: CallContext): void => {
    const [uuid, operation, data, options] = readCoordinatorParams.cs(params)
    // Protocol 1 carries what is left of the deadline beside the data; 0.7 clients say nothing of it
    const timeoutMs = data instanceof Unread ? context.timeoutMs : options?.timeoutMs
    network.ask(uuid, operation, data, client, { timeoutMs, signal: context.signal }, context)
  }

  const call = <N extends Promising>(
    client: ClientUuid,
    name: N,
    params: unknown,
    context: CallContext
  ): Promise<unknown> => serve[name](client, readCoordinatorParams[name](params), context)

  return (client, name, params, context) => {
    if (name === opNames.sendContainer) return relay(client, params, context)
    if (!Object.hasOwn(serve, name)) {
      throw new NetworkError('UNKNOWN_OPERATION', `The coordinator has no operation '${name.slice(0, 64)}'`)
    }
    context.answerWith(call(client, name as Promising, params, context))
  }
}
