// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { BackRPCStreamCall, CallContext } from '@hcengineering/network-backrpc'
import {
  opNames,
  outsideCalls,
  readHold,
  type ContainerUuid,
  type EventGap,
  type StreamPeer,
  type TickManager
} from '@hcengineering/network-core'
import type { Address } from './address'
import { AgentRequests } from './agent-requests'
import { Connections } from './connections'
import { ContainerReferenceImpl, type ReferenceParts } from './container-reference'
import { ContainerRequests } from './container-requests'
import { ContainerStreams } from './container-streams'
import { Coordinator, type CoordinatorHandlers } from './coordinator'
import { DrainReport } from './drain-report'
import { Holds } from './holds'
import { LocalCalls } from './local-calls'
import { readLease, readNetworkEvent, readRelayGaps } from './network-event'
import { NetworkWatch } from './network-watch'
import { OperatorCalls } from './operator-calls'
import type { ResolvedClientOptions } from './options'
import { Registrations } from './registrations'
import { RelayLine } from './relay-line'
import { Repeats } from './repeats'
import type { HeldContainer } from './state/reference-book'

/** The parts of a client, and what each of them does when its line to the coordinator tells something, and when a container moves. */
export class ClientParts implements CoordinatorHandlers, ReferenceParts {
  readonly coordinator: Coordinator
  readonly registrations: Registrations
  readonly holds: Holds
  readonly requests: ContainerRequests
  readonly streams: ContainerStreams
  readonly connections: Connections
  readonly watch: NetworkWatch
  readonly operator: OperatorCalls
  readonly drainReport: DrainReport
  private readonly agentRequests: AgentRequests
  private readonly repeats: Repeats
  private readonly relay: RelayLine
  private readonly localCalls: LocalCalls
  private readonly references = new Set<ContainerReferenceImpl>()

  constructor(
    address: Address,
    tickManager: TickManager,
    readonly options: ResolvedClientOptions
  ) {
    // A container may make it in a turn, and keep it
    this.coordinator = outsideCalls(() => new Coordinator(address, tickManager, options, this))
    const { coordinator } = this
    this.agentRequests = new AgentRequests(
      async (client, uuid, data) => await coordinator.sendEvent(client, uuid, data),
      (agent, started) => {
        void this.registrations.announceAgain(agent, started)
      },
      tickManager
    )
    this.registrations = new Registrations(coordinator, this.agentRequests, tickManager, options)
    this.holds = new Holds(coordinator, tickManager, options, (uuid) => this.moved(uuid))
    this.localCalls = new LocalCalls(options.clientId, tickManager)
    this.repeats = new Repeats(this.holds, tickManager)
    const { holds, localCalls, repeats } = this
    this.requests = new ContainerRequests(coordinator, holds, repeats, localCalls, tickManager, options)
    this.streams = new ContainerStreams(coordinator, holds, repeats, tickManager, options)
    this.relay = new RelayLine(coordinator, tickManager)
    this.watch = new NetworkWatch(coordinator, tickManager, options)
    this.operator = new OperatorCalls(coordinator, options.requestTimeoutMs)
    this.drainReport = new DrainReport(coordinator, tickManager, options)
    this.connections = new Connections({ coordinator, holds, relay: this.relay, localCalls, tickManager, options })
  }

  /** What a get has found, for the user: told of every movement until it is closed. */
  reference({ uuid, location }: HeldContainer): ContainerReferenceImpl {
    const reference = new ContainerReferenceImpl(uuid, location.endpoint, this)
    this.references.add(reference)
    return reference
  }

  readonly onClosed = (reference: ContainerReferenceImpl): void => {
    this.references.delete(reference)
  }

  request(method: string, params: unknown, context: CallContext): Promise<unknown> {
    if (method === opNames.holdRequests) return this.leaving(params)
    return this.agentRequests.handle(method, params, context)
  }

  stream(method: string, params: unknown, call: BackRPCStreamCall): Promise<StreamPeer> {
    return this.agentRequests.openStream(method, params, call)
  }

  /** An array is a relayed event of a container, an object one of the network. */
  event(body: unknown, bytes?: number): void {
    if (Array.isArray(body)) {
      const [uuid, data] = body as unknown[]
      this.relay.deliver(uuid, data, bytes)
      return
    }
    const gaps = readRelayGaps(body)
    for (const { uuid, reason } of gaps) this.relay.gapOf(uuid, { lost: 'unknown', reason })
    const leaseMs = readLease(body)
    if (leaseMs !== undefined) this.registrations.extend(leaseMs)
    // Such notices say nothing else
    const event = gaps.length > 0 || leaseMs !== undefined ? undefined : readNetworkEvent(body)
    if (event === undefined) return
    for (const { container, event: kind } of event.containers) this.holds.observe(container, kind)
    this.watch.deliver(event)
  }

  /** What is said before the answer of this settles goes before everything that waits for the session. */
  async begun(): Promise<void> {
    this.holds.forgotten()
    this.registrations.begun()
    void this.agentRequests.begin()
    this.watch.renew()
    this.relay.session(true)
    await this.registrations.renewAll()
    this.holds.resume()
  }

  resumed(): void {
    this.holds.resume()
    this.relay.session(false)
  }

  inFlight(): number | undefined {
    return this.agentRequests.inFlight
  }

  confirmed(sentAt: number): void {
    this.registrations.confirmed(sentAt)
  }

  down(cause: Error): void {
    this.relay.down(cause)
  }

  gap(gap: EventGap): void {
    this.relay.gap(gap)
  }

  /** @param closeServers between the end of the agents' containers and that of the connections */
  async close(closeServers: () => Promise<void>): Promise<void> {
    await this.registrations.close()
    await closeServers()
    this.holds.close()
    this.localCalls.close()
    for (const reference of this.references) reference.clientClosed()
    this.repeats.close()
    this.watch.close()
    await this.connections.close()
    this.relay.close()
    await this.coordinator.close()
  }

  /** Its answer goes behind everything that was asked before: the coordinator knows then that no more comes but what it excused. */
  private async leaving(params: unknown): Promise<string> {
    this.coordinator.hold(readHold(params))
    return 'ok'
  }

  private moved(uuid: ContainerUuid): void {
    this.repeats.moved(uuid)
    this.connections.moved(uuid)
    for (const reference of [...this.references]) if (reference.uuid === uuid) reference.moved()
  }
}
