// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { cloneValue, type BackRPCStreamCall, type CallContext } from '@hcengineering/network-backrpc'
import {
  diagnoseProcess,
  NetworkError,
  opNames,
  readAgentParams,
  readValue,
  type AgentUuid,
  type ClientUuid,
  type ContainerEndpointRef,
  type ContainerUuid,
  type NetworkAgent,
  type StreamPeer,
  type TickManager
} from '@hcengineering/network-core'
import { AgentConnections } from './agent-connections'
import { streamOfAgent } from './agent-stream'

/** Sends what a relayed connection broadcasts to the coordinator. */
export type RelayedEventSender = (client: ClientUuid, uuid: ContainerUuid, data: unknown) => Promise<void>

interface Served {
  readonly agent: NetworkAgent
  /** Those that the coordinator relays. */
  readonly relayed: AgentConnections
}

/** Answers what the coordinator asks of this client's agents. */
export class AgentRequests {
  private readonly served = new Map<AgentUuid, Served>()
  /** Counts the sessions with the coordinator. */
  private session = 0
  private closing = false

  /**
   * @param onUnheard an agent put off an end, or started that container, for a coordinator that is not there any more to be told
   */
  constructor(
    private readonly sendEvent: RelayedEventSender,
    private readonly onUnheard: (agent: AgentUuid, started?: ContainerUuid) => void,
    private readonly tickManager: TickManager
  ) {}

  /** Of all agents together: they share a process. Undefined without agents. */
  get inFlight(): number | undefined {
    if (this.served.size === 0) return undefined
    let sum = 0
    for (const { agent } of this.served.values()) sum += agent.inFlight ?? 0
    return sum
  }

  add(agent: NetworkAgent): void {
    const relayed = new AgentConnections(agent, (client, uuid) => (data) => this.sendEvent(client, uuid, data))
    this.served.set(agent.uuid, { agent, relayed })
  }

  remove(uuid: AgentUuid): void {
    this.served.delete(uuid)
  }

  /**
   * All agents are about to close: what ends from now on leaves no state, since a coordinator would have moved only some in
   * time; and it may not put off its end, since it would be asked again at once.
   */
  close(): void {
    this.closing = true
  }

  /**
   * A coordinator that knows nothing yet: it hears of no answer to what was asked before it, and asks again for the
   * relayed connections that it wants.
   */
  async begin(): Promise<void> {
    this.session++
    await Promise.allSettled([...this.served.values()].map(async ({ relayed }) => await relayed.disconnectAll()))
  }

  /** Answers one; rejects with, or throws, what the peer is to be told. As few promises as can be. */
  handle(method: string, params: unknown, context: CallContext): Promise<unknown> {
    const [agentId, ...args] = Array.isArray(params) ? (params as unknown[]) : []
    const served = this.find(agentId)
    if (method === opNames.getContainer) return this.start(served.agent, args[0])
    if (method !== opNames.sendContainer) return this.dispatch(served, method, args[0], context)
    const [uuid, operation, data, client] = readAgentParams.cs(Array.isArray(args[0]) ? args[0] : unroute(args))
    return served.agent.request(uuid, operation, readValue(data), client, context)
  }

  /** Opens a stream with a container; rejects or throws as {@link handle} does. */
  openStream(method: string, params: unknown, call: BackRPCStreamCall): Promise<StreamPeer> {
    const [agentId, ...args] = Array.isArray(params) ? (params as unknown[]) : []
    const { agent } = this.find(agentId)
    if (method !== opNames.sendContainer) {
      throw new NetworkError('UNKNOWN_OPERATION', `An agent has no stream '${method}'`, { agentId: agent.uuid })
    }
    const [uuid, operation, data, client] = readAgentParams.cs(unroute(args))
    return streamOfAgent(agent, uuid, operation, data, client, call)
  }

  private find(agentId: unknown): Served {
    const served = this.served.get(agentId as AgentUuid)
    if (served !== undefined) return served
    throw new NetworkError('NOT_FOUND', `Agent ${String(agentId)} is not served here`)
  }

  private async start(agent: NetworkAgent, args: unknown): Promise<[ContainerUuid, ContainerEndpointRef]> {
    const { session } = this
    const started = await agent.get(...readAgentParams.gg(args))
    if (session !== this.session) this.onUnheard(agent.uuid, started[0])
    return started
  }

  private async dispatch(
    { agent, relayed }: Served,
    method: string,
    args: unknown,
    context: CallContext
  ): Promise<unknown> {
    switch (method) {
      case opNames.listContainers:
        return await agent.list(...readAgentParams.cl(args).map((kind) => kind ?? undefined))
      case opNames.terminateContainer: {
        const [uuid, how] = readAgentParams.ct(args)
        const { session } = this
        const meant = this.closing && how !== undefined ? { ...how, final: true, move: false } : how
        // What it leaves behind is as it was then, whatever becomes of it until it has ended
        const outcome = meant && (await agent.retire?.(uuid, { copyState: (state) => cloneValue(state), ...meant }))
        if (outcome === undefined) await agent.terminate(uuid)
        // Who asked has told others that it ends: they have to know that it serves on
        if (outcome?.notYet !== undefined && session !== this.session) this.onUnheard(agent.uuid)
        const says = outcome?.notYet !== undefined || outcome?.state !== undefined
        // The state goes on with a request, so it must not be larger than one: that is said here
        return says ? cloneValue(outcome) : 'ok'
      }
      case opNames.restoreContainer: {
        await agent.restore?.(...readAgentParams.ca(args))
        return 'ok'
      }
      case opNames.connectContainer: {
        const [uuid, client] = readAgentParams.cc(args)
        await relayed.connect(client, uuid)
        return 'ok'
      }
      case opNames.disconnectContainer: {
        const [uuid, client] = readAgentParams.cd(args)
        await relayed.disconnect(client, uuid)
        return 'ok'
      }
      case opNames.remindContainer: {
        const [uuid, reminder] = readAgentParams.rd(args)
        if (agent.remind === undefined) {
          throw new NetworkError('UNKNOWN_OPERATION', `Agent ${agent.uuid} cannot remind its containers`)
        }
        await agent.remind(uuid, reminder, { timeoutMs: context.timeoutMs, signal: context.signal })
        return 'ok'
      }
      case opNames.deactivateContainer: {
        await agent.deactivate?.(...readAgentParams.cx(args))
        return 'ok'
      }
      case opNames.drainAgent: {
        const [options] = readAgentParams.ad(args)
        return (await agent.drain?.(options)) ?? { moved: 0, ended: 0, left: (await agent.list()).length }
      }
      case opNames.diagnose: {
        const [{ sampleMs }] = readAgentParams.di(args)
        return await diagnoseProcess(this.tickManager, sampleMs)
      }
      default:
        throw new NetworkError('UNKNOWN_OPERATION', `An agent has no operation '${method}'`, { agentId: agent.uuid })
    }
  }
}

/** The parameters of protocol 1 from a route and what comes after it. */
function unroute([uuid, operation, client, data]: unknown[]): unknown[] {
  return [uuid, operation, data, client === '' ? undefined : client]
}

/** For whom the coordinator asks that, '' when it does not say; undefined for itself. */
export function callerOf(method: string, params: unknown): string | undefined {
  if (method !== opNames.sendContainer) return undefined
  const [, asked, , routed] = Array.isArray(params) ? (params as unknown[]) : []
  const caller: unknown = Array.isArray(asked) ? asked[3] : routed
  return typeof caller === 'string' ? caller : ''
}
