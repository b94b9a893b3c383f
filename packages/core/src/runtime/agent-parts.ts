// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ReminderKeeper } from '../api/activation'
import type { NetworkAgent } from '../api/agent'
import type { ContainerFactory } from '../api/container'
import type { AgentEndpointRef, AgentUuid } from '../api/identifiers'
import type { ActivationToken } from '../api/token'
import { Activations } from './activations'
import { AgentConnections } from './agent-connections'
import { AgentDrain } from './agent-drain'
import { AgentLease } from './agent-lease'
import type { ResolvedAgentOptions } from './agent-options'
import { AgentReports } from './agent-reports'
import { AgentStreams } from './agent-streams'
import { AgentTurns } from './agent-turns'
import { ContainerHost } from './container-host'
import { HealthMonitor, strikes } from './health'
import type { HostOwner } from './host-owner'
import { HostedCalls } from './hosted-calls'
import type { HostedContainer } from './hosted-container'
import { Visits } from './visits'

/** What others give an agent, perhaps later: it is read when it is needed. */
type Agent = Pick<NetworkAgent, 'uuid' | 'endpoint' | 'onUpdate' | 'onAgentUpdate' | 'reminders' | 'onTurnWaits'>

/** The parts of an agent, and what each of them does when a container comes, serves, and goes. */
export class AgentParts implements HostOwner {
  readonly host: ContainerHost
  readonly drainage: AgentDrain
  readonly connections: AgentConnections
  readonly streams: AgentStreams
  readonly visits: Visits
  readonly reports: AgentReports
  readonly lease: AgentLease
  readonly calls: HostedCalls
  private readonly activations: Activations
  private readonly turns: AgentTurns
  private readonly health: HealthMonitor
  private closes = false

  constructor(
    private readonly agent: Agent,
    factories: ReadonlyMap<string, ContainerFactory>,
    options: ResolvedAgentOptions
  ) {
    const { tickManager, logger, reportMs, pingMs, pingIntervalMs } = options
    this.host = new ContainerHost(this, factories, options)
    this.drainage = new AgentDrain(this.host, tickManager)
    this.connections = new AgentConnections(logger)
    this.reports = new AgentReports(agent, logger)
    this.visits = new Visits(tickManager, reportMs, (visited) =>
      // What ends has nothing more to say, but that it is gone
      this.reports.updated(visited.filter(({ serves }) => serves))
    )
    this.lease = new AgentLease(tickManager, options.isAvailable, logger)
    const keeper = (): ReminderKeeper | undefined => agent.reminders
    this.activations = new Activations({
      tickManager,
      logger,
      lease: this.lease,
      keeper,
      inTurn: async (hosted, work) => await this.calls.inTurn(hosted, 'a timer', {}, work)
    })
    this.calls = new HostedCalls(tickManager, this.lease, this.visits, this.activations)
    this.streams = new AgentStreams(logger, this.activations, this.calls)
    this.turns = new AgentTurns(tickManager, agent.uuid, (report) => agent.onTurnWaits?.(report))
    this.health = new HealthMonitor(tickManager, {
      pingMs,
      pingIntervalMs,
      changed: (hosted) => {
        const { uuid: container, kind, healthError: error } = hosted
        if (hosted.healthy) logger.info('A container is healthy again', { container, kind })
        else logger.warn('A container has failed a health check', { container, kind, error })
        if (hosted.serves) this.reports.updated([hosted])
      },
      condemned: (hosted, cause) => {
        const { uuid: container, kind } = hosted
        const reason = `failed ${strikes} health checks in a row: ${cause}`
        logger.warn('A container ends, since it is not healthy', { container, kind, reason })
        void this.host.end(hosted, { reason, final: true })
      }
    })
  }

  get uuid(): AgentUuid {
    return this.agent.uuid
  }

  endpoint(): AgentEndpointRef | undefined {
    return this.agent.endpoint
  }

  hosted(hosted: HostedContainer): void {
    this.turns.open(hosted)
    this.health.watch(hosted)
    if (hosted.serves) this.activations.begin(hosted)
  }

  /** It serves from now on, or is wanted again. */
  serve(hosted: HostedContainer, token: ActivationToken | undefined): void {
    const wasStandby = hosted.state === 'standby'
    hosted.activate(token)
    this.host.restore(hosted)
    if (wasStandby) this.activations.begin(hosted)
    // While standby, its health was nobody's business.
    if (wasStandby && !hosted.healthy) this.reports.updated([hosted])
  }

  /** Another copy serves from now on. */
  deactivate(hosted: HostedContainer): void {
    hosted.deactivate()
    this.activations.end(hosted)
    this.ending(hosted)
    this.connections.closeContainer(hosted)
    this.streams.closeContainer(hosted)
  }

  /** Who waits there is told, and goes elsewhere: nothing of it was executed. */
  ending(hosted: HostedContainer): void {
    hosted.mailbox?.close()
    this.lease.wake()
  }

  postponed(): void {
    this.lease.wake()
  }

  finished(hosted: HostedContainer): void {
    this.reports.updated([hosted])
  }

  left(hosted: HostedContainer, wasActive: boolean): void {
    this.activations.end(hosted)
    this.drainage.left(hosted.moves)
    this.connections.closeContainer(hosted)
    this.streams.closeContainer(hosted)
    this.health.forget(hosted)
    this.visits.forget(hosted)
    if (wasActive) this.reports.removed(hosted)
    if (hosted.parts.stateless && !this.closes) this.reports.agentChanged()
  }

  /** The agent ends, with all its containers: their health is nobody's business any more. */
  closing(): void {
    this.closes = true
    this.health.stop()
  }

  /** They have ended. */
  stop(): void {
    this.visits.stop()
    this.turns.stop()
  }
}
