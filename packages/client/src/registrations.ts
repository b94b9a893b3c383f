// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  checkName,
  defaultTimeoutsMs,
  messageOf,
  NetworkError,
  pagesOf,
  readWaitVerdict,
  type AgentUuid,
  type ContainerUuid,
  type DrainOptions,
  type DrainResult,
  type NetworkAgent,
  type NetworkContainerEvent,
  type TickManager,
  type WaitReport,
  type WaitVerdict
} from '@hcengineering/network-core'
import { endAgent } from './agent-ends'
import { AgentLeases } from './agent-leases'
import { AgentReminders } from './agent-reminders'
import type { AgentRequests } from './agent-requests'
import { Announcements, type Announced } from './announcements'
import { ContainerReports } from './container-reports'
import type { Coordinator } from './coordinator'
import type { ResolvedClientOptions } from './options'
import { Backoff, Deadline, deferred, settledWithin } from './waits'

/** How long a closing client waits for the coordinator to take its agents off the list of those that may start something. */
const unregisterMs = 500

/**
 * How long it waits then for the coordinator to hear that they leave, which may have much to start elsewhere. What it had passed
 * on to them is answered before that; what is not ends as `OUTCOME_UNKNOWN`.
 */
const leaveMs = 2_000

/** Those of all clients of this process: each tells one coordinator what becomes of it. */
const registeredAgents = new WeakSet<NetworkAgent>()

interface Registration extends Announced {
  /** The ends of what it had that lives elsewhere, as far as it was told. */
  strays: Promise<void>
  /** The announcement that runs, and the one after it. */
  current: Promise<void>
  next: Promise<void> | undefined
  /** It has changed since its first announcement was sent, which is not answered yet. */
  changed: boolean
}

/** This client's agents: announces them, again in every fresh session and after every change. */
export class Registrations {
  private readonly registrations = new Map<AgentUuid, Registration>()
  private readonly registered = new Set<Registration>()
  private readonly announcements: Announcements
  private readonly leases: AgentLeases
  private readonly reports = new ContainerReports((agent, containers) => {
    for (const page of pagesOf(containers)) this.background(agent, 'report its containers', this.report(agent, page))
  })

  constructor(
    private readonly coordinator: Coordinator,
    private readonly requests: AgentRequests,
    private readonly tickManager: TickManager,
    private readonly options: ResolvedClientOptions
  ) {
    this.leases = new AgentLeases(tickManager, options.aliveTimeoutSeconds * 1000)
    this.announcements = new Announcements(coordinator, this.reports, this.leases, tickManager, options)
  }

  /** Resolves when the coordinator has it. A failed registration leaves nothing behind. */
  async register(agent: NetworkAgent): Promise<void> {
    checkName(agent.uuid, 'agent uuid')
    const known = this.registrations.get(agent.uuid)
    if (known !== undefined && known.agent !== agent) {
      throw new NetworkError('AGENT_ID_TAKEN', `This client has registered another agent ${agent.uuid}`, {
        agentId: agent.uuid
      })
    }
    if (known !== undefined) return await this.renew(known)
    if (registeredAgents.has(agent)) {
      throw new NetworkError('AGENT_ID_TAKEN', `Another client of this process has registered agent ${agent.uuid}`, {
        agentId: agent.uuid
      })
    }
    registeredAgents.add(agent)
    const done = Promise.resolve()
    const registration: Registration = {
      agent,
      current: done,
      next: undefined,
      strays: done,
      changed: false,
      unheard: new Set()
    }
    this.registrations.set(agent.uuid, registration)
    this.requests.add(agent)
    agent.onUpdate = async ({ containers }) => {
      // Not awaited: a container must not wait for the coordinator to end.
      this.reports.note(agent, containers)
    }
    agent.onAgentUpdate = this.updaterOf(agent.uuid)
    agent.reminders = new AgentReminders(agent.uuid, this.coordinator, this.tickManager, this.options)
    agent.onTurnWaits = this.waitTellerOf(agent.uuid)
    try {
      await this.renew(registration)
      await registration.strays
      this.options.localAgents?.add(agent)
    } catch (error) {
      this.forget(registration)
      throw error
    }
    if (registration.changed) await this.announceAgain(agent.uuid)
  }

  /**
   * What the coordinator knows of that agent is not true any more: told when it was registered. Never rejects.
   *
   * @param unheard what it has started for a coordinator that is gone
   */
  async announceAgain(uuid: AgentUuid, unheard?: ContainerUuid): Promise<void> {
    const registration = this.registrations.get(uuid)
    if (registration === undefined) return
    if (unheard !== undefined) registration.unheard.add(unheard)
    if (!this.registered.has(registration)) {
      registration.changed = true
      return
    }
    const renewed = this.renew(registration)
    this.background(registration.agent, 'renew its registration', renewed)
    await renewed.catch(() => {})
  }

  private updaterOf(uuid: AgentUuid): () => Promise<void> {
    return async () => await this.announceAgain(uuid)
  }

  /** Registered ones, and those about to be. */
  get agents(): NetworkAgent[] {
    return [...this.registrations.values()].map(({ agent }) => agent)
  }

  /**
   * Empties all agents: see `NetworkAgent.drain`. Those that know no drain keep what they have. Large answers of what has ended
   * are on their way to the coordinator still: they are waited for as long.
   */
  async drain(options: DrainOptions): Promise<DrainResult> {
    const deadline = new Deadline(this.tickManager, options.timeoutMs ?? defaultTimeoutsMs.agentDrain)
    const results = await Promise.all(
      this.agents.map(
        async (agent) => (await agent.drain?.(options)) ?? { moved: 0, ended: 0, left: (await agent.list()).length }
      )
    )
    await this.coordinator.delivered(deadline.leftMs)
    const sum = (of: (result: DrainResult) => number): number => results.reduce((total, one) => total + of(one), 0)
    return { moved: sum(({ moved }) => moved), ended: sum(({ ended }) => ended), left: sum(({ left }) => left) }
  }

  /** A session began: nothing is granted before each agent has been announced in it. */
  begun(): void {
    this.leases.begun()
  }

  /** The coordinator has heard what was sent at `sentAt`. */
  confirmed(sentAt: number): void {
    this.leases.confirmed(sentAt)
  }

  /** The coordinator will be away, and leaves the containers to their agents for that long. */
  extend(leaseMs: number): void {
    this.leases.extend(leaseMs)
  }

  /** Announces all again. Resolves when it was said, not when it was heard; what fails is tried until it succeeds. */
  async renewAll(): Promise<void> {
    const registered = [...this.registered]
    const said = registered.map(async (registration) => {
      const sent = deferred<void>()
      this.renew(registration, () => sent.resolve())
        .catch(async (error) => await this.persist(registration, error))
        .finally(() => sent.resolve())
      await sent.promise
    })
    // An agent that does not answer must not keep the others, nor the holds, from being re-established.
    await settledWithin(this.tickManager, unregisterMs, Promise.all(said))
  }

  /** Ends the containers of all, and takes them off the list: what is started elsewhere has ended here. */
  async close(): Promise<void> {
    this.announcements.leaving = true
    this.requests.close()
    if (this.coordinator.isUp && this.registered.size > 0) {
      const said = [...this.registered].map(async (registration) => await this.renew(registration))
      await settledWithin(this.tickManager, unregisterMs, Promise.allSettled(said))
    }
    this.reports.flush()
    const registrations = [...this.registrations.values()]
    // The coordinator has just heard that they leave
    for (const { agent } of registrations) agent.onAgentUpdate = undefined
    await Promise.allSettled(registrations.map(async ({ agent }) => await endAgent(agent, this.tickManager)))
    // Until then a coordinator that starts anew is told what is ending
    this.announcements.close()
    // What has ended goes before the goodbye of its agent
    this.reports.flush()
    const call = { timeoutMs: leaveMs, resend: false }
    const told = this.coordinator.isUp
      ? registrations.map(async ({ agent }) => await this.coordinator.call('au', { uuid: agent.uuid }, call))
      : []
    await Promise.allSettled(told)
    for (const registration of registrations) this.forget(registration)
  }

  private async report({ uuid }: NetworkAgent, containers: NetworkContainerEvent[]): Promise<void> {
    // Without a deadline: what goes unheard in this session stays unknown. A new one hears the whole list.
    await this.coordinator.call('cu', { uuid, containers }, { timeoutMs: 0, resend: 'never' })
  }

  /** What is said is of this moment: not repeated to a coordinator that is another one. */
  private waitTellerOf(uuid: AgentUuid): (report: WaitReport) => Promise<WaitVerdict> {
    const call = { timeoutMs: this.options.requestTimeoutMs, resend: 'never' } as const
    return async (report) => readWaitVerdict(await this.coordinator.call('cw', { uuid, ...report }, call))
  }

  /** One announcement at a time; who asks while one runs gets the next, with what is true then. */
  private async renew(registration: Registration, onSent: () => void = () => {}): Promise<void> {
    registration.next ??= registration.current
      .catch(() => {})
      .then(async () => {
        registration.current = registration.next as Promise<void>
        registration.next = undefined
        await this.announcements.make(registration, onSent, (strays) => (registration.strays = strays))
        this.registered.add(registration)
      })
    await registration.next
  }

  private async persist(registration: Registration, error: unknown): Promise<void> {
    const { agent } = registration
    const backoff = new Backoff(100, 5000)
    let cause = error
    while (!this.announcements.closed && this.registrations.get(agent.uuid) === registration) {
      this.options.logger.warn('An agent could not be registered again yet', {
        agent: agent.uuid,
        cause: messageOf(cause)
      })
      await this.announcements.pause.wait(backoff.next())
      try {
        await this.renew(registration)
        return
      } catch (next) {
        cause = next
      }
    }
  }

  private forget(registration: Registration): void {
    const { agent } = registration
    this.registered.delete(registration)
    this.registrations.delete(agent.uuid)
    registeredAgents.delete(agent)
    this.requests.remove(agent.uuid)
    this.leases.forget(agent)
    this.options.localAgents?.remove(agent)
    agent.onUpdate = undefined
    agent.onAgentUpdate = undefined
    agent.reminders = undefined
    agent.onTurnWaits = undefined
  }

  private background(agent: NetworkAgent, what: string, work: Promise<unknown>): void {
    work.catch((error) => {
      this.options.logger.debug(`An agent could not ${what}`, { agent: agent.uuid, cause: messageOf(error) })
    })
  }
}
