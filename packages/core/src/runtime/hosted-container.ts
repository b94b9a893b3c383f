// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Container, ContainerRecord } from '../api/container'
import type { AgentUuid, ClientUuid, ContainerEndpointRef, ContainerKind, ContainerUuid } from '../api/identifiers'
import { compareTokens, type ActivationToken } from '../api/token'
import { NetworkError, type NetworkErrorDetails } from '../errors'
import type { ClientLink } from './client-link'

/** What a container on an agent is made of. */
export interface HostedContainerParts {
  readonly agentId: AgentUuid
  readonly uuid: ContainerUuid
  readonly kind: ContainerKind
  readonly endpoint: ContainerEndpointRef
  readonly container: Container
  readonly stateless: boolean
  readonly labels?: string[]
  readonly extra?: unknown
}

/**
 * - `standby`: a stateless container that another agent serves; alive, and answers `NOT_ACTIVE`
 * - `active`: serves
 * - `terminating`: answers `TERMINATING`; its events still go out until its `terminate()` has ended
 */
export type HostedState = 'standby' | 'active' | 'terminating'

/** One container on its agent. */
export class HostedContainer {
  state: HostedState
  token: ActivationToken | undefined
  healthy = true
  /** Unix milliseconds. */
  lastVisit: number
  /** By client: the lines of all who are connected. */
  readonly links = new Map<ClientUuid, ClientLink>()
  /** Settles after the end; set as soon as it has begun. */
  ended: Promise<void> | undefined

  constructor(
    readonly parts: HostedContainerParts,
    unixNow: number
  ) {
    this.state = parts.stateless ? 'standby' : 'active'
    this.lastVisit = unixNow
  }

  get uuid(): ContainerUuid {
    return this.parts.uuid
  }

  get kind(): ContainerKind {
    return this.parts.kind
  }

  get container(): Container {
    return this.parts.container
  }

  /** As the network sees it. */
  get record(): ContainerRecord {
    const { agentId, uuid, kind, endpoint, stateless, labels, extra } = this.parts
    const record: ContainerRecord = { agentId, uuid, endpoint, kind, lastVisit: this.lastVisit }
    if (extra !== undefined) record.extra = extra
    if (labels !== undefined) record.labels = labels
    if (stateless) record.stateless = true
    if (this.token !== undefined) record.token = this.token
    if (!this.healthy) record.healthy = false
    return record
  }

  /** Serves from now on, by the newest activation known. */
  activate(token: ActivationToken | undefined): void {
    if (this.state === 'standby') this.state = 'active'
    if (compareTokens(token, this.token) > 0) this.token = token
  }

  /** Another copy serves from now on. */
  deactivate(): void {
    this.state = 'standby'
    this.token = undefined
  }

  /** Whether it carries all of these labels. */
  carries(labels: readonly string[] | undefined): boolean {
    return labels === undefined || labels.every((label) => this.parts.labels?.includes(label) === true)
  }

  /** Throws `NOT_ACTIVE` or `TERMINATING` unless it serves. */
  checkServing(): void {
    if (this.state === 'active') return
    const { agentId, uuid } = this.parts
    if (this.state === 'terminating')
      throw this.error('TERMINATING', `Container ${uuid} terminates on agent ${agentId}`)
    throw this.error('NOT_ACTIVE', `Container ${uuid} is standby on agent ${agentId}: another agent serves it`)
  }

  /** What the container threw, as its caller is told: `REMOTE_ERROR`. */
  failure(error: unknown): NetworkError {
    // A container says of itself that it knows no such operation; any other code may come from a call of its own to
    // somebody else, and would be mistaken for ours.
    if (NetworkError.is(error) && error.code === 'UNKNOWN_OPERATION') return error
    return NetworkError.remote(error, this.details)
  }

  /** Where it is, for errors. */
  get details(): NetworkErrorDetails {
    const { agentId, uuid, kind } = this.parts
    return { agentId, uuid, kind }
  }

  private error(code: 'TERMINATING' | 'NOT_ACTIVE', message: string): NetworkError {
    return new NetworkError(code, message, this.details)
  }
}
