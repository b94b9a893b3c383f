// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { BackRPCServer, defaultSessionLimits } from '@hcengineering/network-backrpc'
import {
  checkMethods,
  checkTickManager,
  defaultTimeoutsMs,
  messageOf,
  NetworkError,
  splitNetworkEvent,
  type AgentUuid,
  type ClientUuid,
  type ContainerRecord,
  type ContainerSummary,
  type KeptReminder,
  type CoordinatorDiagnosis,
  type LeaseNotice,
  type NetworkEvent,
  type NetworkImpl,
  type TickManager
} from '@hcengineering/network-core'
import { Asks } from './asks'
import { diagnoseCoordinator } from './diagnosis'
import { Drain } from './drain'
import { Leases } from './leases'
import { networkOperations } from './network-operations'
import { networkStream } from './network-stream'
import { checkServerOptions, type NetworkServerOptions } from './options'
import { OwnerWatch } from './owner-watch'
import { Pages } from './pages'
import { RegistrationParts } from './registration-parts'
import { RelayedEvents } from './relayed-events'
import { Reminders } from './reminders'
import { RemoteAgent } from './remote-agent'
import { probePort } from './transport/port-probe'

/** The coordinator's port. */
export const defaultPort = 3737

/** Puts a network on the network: answers clients, and reaches their agents. */
export class NetworkServer {
  /** What it listens with. */
  readonly rpcServer: BackRPCServer<ClientUuid>
  /** Clients with a session. */
  readonly clients = new Set<ClientUuid>()
  private readonly agents = new Map<AgentUuid, RemoteAgent>()
  private readonly owners: OwnerWatch
  private readonly leases: Leases
  private readonly reminders: Reminders | undefined
  private readonly parts = new RegistrationParts()
  private readonly pages = new Pages<ContainerRecord>()
  private readonly unservedPages = new Pages<ContainerSummary>()
  private readonly reminderPages = new Pages<KeptReminder>()
  /** Known to be so, while their sessions end. */
  private readonly dead = new Set<ClientUuid>()
  private readonly drain: Drain
  private closing?: Promise<void>

  /** Listens at once; `ready` tells when, or why not. */
  constructor(
    readonly network: NetworkImpl,
    readonly tickMgr: TickManager,
    host: string = '*',
    port: number = defaultPort,
    private readonly options: NetworkServerOptions = {}
  ) {
    checkMethods(network, 'network', ['register', 'acquire', 'list'])
    checkTickManager(tickMgr)
    checkServerOptions(options)
    this.leases = new Leases(tickMgr, options.ledger, options.logger)
    const serve = networkOperations(network, {
      remoteAgent: (client, record) =>
        new RemoteAgent(record, client, this.rpcServer.sessionInfo(client), this.rpcServer),
      agentOf: (client, agentId) => {
        const agent = this.agents.get(agentId)
        return agent?.client === client ? agent : undefined
      },
      registered: (agent) => {
        // Its client may have said goodbye while the answer was on its way here.
        if (!this.clients.has(agent.client)) return false
        this.replaced(this.agents.get(agent.uuid), agent)
        this.agents.set(agent.uuid, agent)
        this.owners.add(agent)
        return true
      },
      unregistered: (agent) => {
        this.forget(agent)
        this.leases.end(agent.uuid, agent.client)
      },
      grant: (client, agentId) => this.leases.grant(agentId, client, this.leaseMs(client), network.run.epoch),
      diagnose: async (sampleMs) => await this.diagnose(sampleMs),
      diagnoseAgent: async (agentId, sampleMs) => await this.agent(agentId).diagnose(sampleMs),
      send: async (client, uuid, data) => await this.rpcServer.send(client, data, { route: [uuid] }),
      parts: this.parts,
      pages: this.pages,
      unservedPages: this.unservedPages,
      reminderPages: this.reminderPages,
      asks: new Asks(),
      reminders: () => this.reminders
    })
    const events = new RelayedEvents({
      network,
      logger: options.logger,
      ownerOf: (agentId) => this.agents.get(agentId)?.client,
      send: async (client, event) => await this.rpcServer.send(client, event)
    })
    this.rpcServer = new BackRPCServer<ClientUuid>(
      {
        requestHandler: (client, method, params, _send, context) => {
          this.drain.check(client, method)
          serve(client, method, params, context)
        },
        streamHandler: async (client, method, params, call) => {
          this.drain.check(client, method)
          return await networkStream(network, client, method, params, call)
        },
        helloHandler: (client, info) => this.hello(client, info?.ours === true, info?.previousSession),
        closeHandler: (client, timedOut, aliveMs) => this.goodbye(client, aliveMs, timedOut),
        disconnectHandler: (client) => {
          network.clientDetached(client)
          this.owners.lost(client)
        },
        resumeHandler: (client) => {
          this.owners.back(client)
          network.clientAttached(client)
        },
        onPing: (client, load) => {
          if (load !== undefined) network.clientLoad(client, load)
        },
        eventHandler: (client, body) => events.pass(client, body),
        gapHandler: (client, { reason }) => events.lost(client, reason)
      },
      tickMgr,
      host,
      port,
      {
        transport: options.transport,
        logger: options.logger,
        limits: options.limits,
        protocol: options.protocol,
        unreadRoutes: true,
        epochFor: (known) => network.run.epochAfter(known)
      }
    )
    const hasAgents = (client: ClientUuid): boolean => this.owners.agentsOf(client).length > 0
    this.drain = new Drain({
      server: this.rpcServer,
      tickManager: tickMgr,
      clients: this.clients,
      hasAgents,
      logger: options.logger
    })
    this.reminders = this.openReminders(options)
    this.owners = new OwnerWatch(tickMgr, options.probePort ?? probePort, (client) => {
      this.dead.add(client)
      this.rpcServer.dropClient(client)
      this.dead.delete(client)
    })
    network.hooks.onGivenUp = (agents) => {
      for (const agentId of agents) this.leases.voids(agentId, network.run.newToken())
      return this.leases.written()
    }
    network.hooks.onRelayGap = (client, gap) => events.tell(client, [gap])
    network.hooks.onProbe = (_agentId, client) => {
      if (client !== undefined) this.owners.probe(client)
    }
  }

  /** The port once it listens; rejects with the address and the cause when it cannot. */
  async ready(): Promise<number> {
    return await this.rpcServer.getPort()
  }

  /** Facts about this coordinator: its process, what it has, its limits. @param sampleMs for how long to watch the event loop */
  async diagnose(sampleMs?: number): Promise<CoordinatorDiagnosis> {
    const facts = {
      limits: { ...defaultSessionLimits, ...this.options.limits },
      ledger: this.options.ledger !== undefined
    }
    return await diagnoseCoordinator(this.network, this.tickMgr, facts, sampleMs)
  }

  /** Answers what is being asked, bounded, then ends the sessions. Idempotent. The network itself stays. */
  async close(): Promise<void> {
    this.closing ??= this.end()
    await this.closing
  }

  private agent(agentId: AgentUuid): RemoteAgent {
    const agent = this.agents.get(agentId)
    if (agent !== undefined) return agent
    throw new NetworkError('NOT_FOUND', `The network has no agent ${agentId} in another process`, { agentId })
  }

  private openReminders({
    reminders,
    logger,
    reminderRetryMaxMs: retryMaxMs
  }: NetworkServerOptions): Reminders | undefined {
    if (reminders === undefined) return undefined
    const { network, tickMgr: tickManager } = this
    // None that a peer says: it is new with each run
    const client = `reminders-${this.rpcServer.uuid}` as ClientUuid
    return new Reminders(reminders, { network, tickManager, logger, client, retryMaxMs })
  }

  private async end(): Promise<void> {
    const { drainTimeoutMs = defaultTimeoutsMs.drain } = this.options
    await this.extendLeases(Math.max(drainTimeoutMs, defaultTimeoutsMs.drain))
    await this.drain.run(drainTimeoutMs)
    await this.reminders?.close()
    this.network.hooks.onProbe = undefined
    this.network.hooks.onGivenUp = undefined
    this.network.hooks.onRelayGap = undefined
    this.owners.close()
    this.leases.close()
    await this.rpcServer.close()
  }

  /** The successor of this coordinator may come in so long, and no container will have paused. */
  private async extendLeases(withinMs: number): Promise<void> {
    const leaseMs = defaultTimeoutsMs.restartLease
    let extended: ReadonlySet<AgentUuid>
    try {
      extended = await this.leases.extend(leaseMs, withinMs)
    } catch (error) {
      this.options.logger?.warn('Longer leases could not be written down', { error: messageOf(error) })
      return
    }
    const notice: LeaseNotice = { agents: [], containers: [], leaseMs }
    // Who has registered meanwhile has what is written of him: the notice is for all agents of a process
    const agents = [...this.agents.values()]
    const owners = new Set(agents.map(({ client }) => client))
    for (const { client, uuid } of agents) if (!extended.has(uuid)) owners.delete(client)
    await Promise.allSettled([...owners].map(async (client) => await this.rpcServer.send(client, notice)))
  }

  private hello(client: ClientUuid, ours: boolean, previousSession: string | undefined): void {
    this.clients.add(client)
    const elsewhere =
      previousSession !== undefined && previousSession !== '' && !previousSession.startsWith(this.rpcServer.uuid)
    if (elsewhere) this.network.run.beginRecovery()
    const aliveTimeoutMs = this.rpcServer.sessionInfo(client)?.aliveTimeoutMs
    const listener = async (event: NetworkEvent): Promise<void> => {
      await Promise.all(splitNetworkEvent(event).map(async (part) => await this.rpcServer.send(client, part)))
    }
    this.network.addListener(client, listener, { watch: !ours, aliveTimeoutMs })
  }

  private goodbye(client: ClientUuid, aliveMs: number, timedOut: boolean): void {
    this.clients.delete(client)
    this.parts.forget(client)
    this.pages.forget(client)
    this.unservedPages.forget(client)
    this.reminderPages.forget(client)
    let leaseMs = 0
    for (const { uuid } of this.owners.agentsOf(client)) {
      if (timedOut && !this.dead.has(client))
        leaseMs = Math.max(leaseMs, this.leases.giveUp(uuid, client, aliveMs, this.network.run.newToken()))
      else this.leases.end(uuid, client)
    }
    for (const agent of this.owners.agentsOf(client)) this.forget(agent)
    this.network.removeClient(client, leaseMs, leaseMs > 0 ? this.leases.written() : undefined)
  }

  /** So long the agents of that client may serve after their last sign of life. */
  private leaseMs(client: ClientUuid): number {
    // Whole ones are written down
    return Math.ceil(this.rpcServer.sessionInfo(client)?.aliveTimeoutMs ?? 0)
  }

  /**
   * A process before it had that id, and was proved dead: what becomes of its session says nothing of the agent any more. One
   * that lives all the same must not go on with it, or its pings would renew a lease.
   */
  private replaced(before: RemoteAgent | undefined, agent: RemoteAgent): void {
    if (before === undefined || before.client === agent.client) return
    this.owners.remove(before)
    this.leases.end(before.uuid, before.client)
    this.rpcServer.dropClient(before.client)
  }

  private forget(agent: RemoteAgent): void {
    if (this.agents.get(agent.uuid) === agent) this.agents.delete(agent.uuid)
    this.owners.remove(agent)
  }
}
