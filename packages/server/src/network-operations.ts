// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { CallContext } from '@hcengineering/network-backrpc'
import {
  NetworkError,
  agentRecordOf,
  compareTokens,
  opNames,
  readCoordinatorParams,
  Unread,
  type AgentRecord,
  type AgentUuid,
  type CancelSignal,
  type ClientUuid,
  type ContainerRecord,
  type ContainerSummary,
  type ContainerUuid,
  type CoordinatorDiagnosis,
  type CoordinatorOperations,
  type KeptReminder,
  type NetworkContainerEvent,
  type NetworkEvent,
  type NetworkImpl,
  type ProcessDiagnosis,
  type RemindersParams
} from '@hcengineering/network-core'
import { Arrivals } from './arrivals'
import type { Asks } from './asks'
import type { Pages } from './pages'
import type { RegistrationParts } from './registration-parts'
import type { RemindedContainer, Reminders } from './reminders'
import type { RemoteAgent } from './remote-agent'

/** What the operations need of the server around them. */
export interface OperationsHost {
  readonly parts: RegistrationParts
  readonly pages: Pages<ContainerRecord>
  readonly unservedPages: Pages<ContainerSummary>
  readonly reminderPages: Pages<KeptReminder>
  readonly asks: Asks
  /** Absent where there is no store for them. */
  reminders(): Reminders | undefined
  /** An agent of that client, about to register. */
  remoteAgent(client: ClientUuid, record: ReturnType<typeof agentRecordOf>): RemoteAgent
  agentOf(client: ClientUuid, agentId: AgentUuid): RemoteAgent | undefined
  /** `false` when its client is gone by now. */
  registered(agent: RemoteAgent): boolean
  unregistered(agent: RemoteAgent): void
  /**
   * Resolves when a restart would not forget that containers are left to that agent, with what takes it back. Comes before
   * anybody counts on it. No promise where that is so already.
   */
  grant(client: ClientUuid, agentId: AgentUuid): (() => void) | Promise<() => void>
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

/** What an agent has to say of a container comes within a few of these. */
const retryAfterMs = 50

/** 0.7 answers these with this word. */
const done = 'ok'

/** The operations of the coordinator, by name: each answers by the context, or throws. */
export function networkOperations(
  network: NetworkImpl,
  host: OperationsHost
): (client: ClientUuid, name: string, params: unknown, context: CallContext) => void {
  /** The container of that agent, if it is this client's and nobody has it since. */
  const owned = (client: ClientUuid, { agent, uuid, token }: RemindersParams): RemindedContainer => {
    const at = host.agentOf(client, agent) === undefined ? undefined : network.find(uuid)
    if (at === undefined) {
      const text = `The coordinator does not know yet that container ${uuid} is on agent ${agent}`
      throw new NetworkError('UNAVAILABLE', text, { uuid, agentId: agent, retryAfterMs })
    }
    if (at.agentId === agent && compareTokens(at.token, token) <= 0)
      return { kind: at.kind, options: { ...at.options, uuid } }
    throw new NetworkError('NOT_ACTIVE', `Container ${uuid} is not on agent ${agent} any more`, {
      uuid,
      agentId: agent
    })
  }

  const reminders = (): Reminders => {
    const kept = host.reminders()
    if (kept !== undefined) return kept
    throw new NetworkError(
      'UNKNOWN_OPERATION',
      'The coordinator keeps no reminders: give NetworkServer a store (openReminderLog), or its pod a LEDGER_FILE'
    )
  }

  const arrivals = new Arrivals()

  const unregister = async (agent: RemoteAgent): Promise<void> => {
    await network.unregister(agent.uuid)
    host.unregistered(agent)
  }

  const register = async (
    client: ClientUuid,
    record: AgentRecord,
    signal: CancelSignal,
    told: readonly NetworkContainerEvent[]
  ): Promise<CoordinatorOperations['ar']['result']> => {
    const agent = host.remoteAgent(client, record)
    const granted = host.grant(client, record.agentId)
    // Not awaited in vain: an answer to a start that comes behind its list would overtake it, and what started be missed on that
    const takeBack = typeof granted === 'function' ? granted : await granted
    try {
      // Its process may have ended meanwhile, and another may have registered it
      if (signal.aborted) throw registrationOver(record.agentId)
      const renews = host.agentOf(client, record.agentId) !== undefined
      const replaced = await network.register(record, agent, client)
      if (!host.registered(agent)) takeBack()
      if (told.length > 0) await agent.onUpdate?.({ agents: [], containers: [...told] })
      // Its answer renews the lease: what is standby by now, or has to end, is not to serve for a moment
      await agent.heard()
      // Its client has given up, and serves no agent that it never registered
      const isOwn = host.agentOf(client, record.agentId) === agent
      if (signal.aborted && !renews && isOwn && arrivals.count(client, record.agentId) === 1) {
        await unregister(agent)
        throw registrationOver(record.agentId)
      }
      // Who knows sessions has heard of each already, unless that was lost or overtaken; what it starts since is not meant
      return agent.settles ? { terminate: replaced, token: network.run.lastToken } : replaced
    } catch (error) {
      takeBack()
      throw error
    }
  }

  const serve: { readonly [N in Promising]: Serve<N> } = {
    ar: async (client, params, { bytes, signal }) => {
      const containers = host.parts.add(client, params, bytes)
      if (containers === undefined) return []
      const record = agentRecordOf({ ...params, containers })
      return await arrivals.during(client, record, async (told) => await register(client, record, signal, told))
    },
    au: async (client, { uuid }) => {
      const agent = host.agentOf(client, uuid)
      // Else it went before, or belongs to somebody else
      if (agent !== undefined) await unregister(agent)
      return done
    },
    al: async () => await network.agents(),
    ak: async () => await network.kinds(),
    cl: async (client, { kind, page }) => {
      if (page !== undefined && page !== '') return host.pages.next(client, page)
      const records = await network.list(kind ?? undefined)
      return page === undefined ? records : host.pages.first(client, records)
    },
    gg: (client, { kind, request, timeoutMs, restore, ask }, { signal: gone }) =>
      host.asks.during(client, { ask, signal: gone }, (signal) =>
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
      await network.connections.open(client, uuid, broadcast, { unread: true })
      return done
    },
    cd: async (client, { uuid }) => {
      await network.connections.close(client, uuid)
      return done
    },
    cu: async (client, { uuid, containers }) => {
      arrivals.told(client, uuid, containers)
      const event: NetworkEvent = { agents: [], containers }
      await host.agentOf(client, uuid)?.onUpdate?.(event)
      return done
    },
    cw: async (client, { uuid, heard, containers }) => {
      if (host.agentOf(client, uuid) === undefined) return { heard: 0, deadlocks: [] }
      return network.turnWaits(uuid, { heard, containers })
    },
    nw: async (client) => {
      network.watch(client)
      return done
    },
    ex: async (_client, { uuid }) => await network.operator.explain(uuid),
    lu: async (client, { kind, page = '' }) => {
      if (page !== '') return host.unservedPages.next(client, page)
      return host.unservedPages.first(client, await network.operator.unserved(kind ?? undefined))
    },
    lr: async (client, { kind, page = '' }) => {
      if (page !== '') return host.reminderPages.next(client, page)
      return host.reminderPages.first(client, host.reminders()?.all(kind ?? undefined) ?? [])
    },
    xr: async (_client, { uuid, name }) => (await host.reminders()?.cancel(uuid, name)) ?? false,
    ct: async (_client, { uuid, ...options }) => await network.operator.terminate(uuid, options),
    ad: async (_client, { uuid, ...options }) => await network.operator.drainAgent(uuid, options),
    di: async (_client, { agent, sampleMs }) =>
      agent === undefined ? await host.diagnose(sampleMs) : await host.diagnoseAgent(agent, sampleMs),
    rs: async (client, params) => {
      await reminders().set(owned(client, params), params)
      return done
    },
    rc: async (client, params) => {
      const { options } = owned(client, params)
      return await reminders().cancel(options.uuid, params.name)
    },
    rl: async (client, params) => reminders().list(owned(client, params).options.uuid)
  }

  /** The one that is worth it: no promise is made. */
  const relay = (client: ClientUuid, params: unknown, context: CallContext): void => {
    const [uuid, operation, data, options] = readCoordinatorParams.cs(params)
    // Protocol 1 carries what is left of the deadline beside the data; 0.7 clients say nothing of it
    const timeoutMs = data instanceof Unread ? context.timeoutMs : options?.timeoutMs
    network.ask(uuid, operation, data, client, { timeoutMs, signal: context.signal, chain: context.chain }, context)
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

function registrationOver(agentId: AgentUuid): NetworkError {
  const text = `The client that wanted to register agent ${agentId} waited no longer when that was done`
  return new NetworkError('CANCELLED', text, { agentId })
}
