// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Container, ContainerRecord } from '../api/container'
import type { AgentUuid, ClientUuid, ContainerEndpointRef, ContainerKind, ContainerUuid } from '../api/identifiers'
import type { NotYet, PreTermination, RetireOutcome } from '../api/termination'
import { compareTokens, replaces, type ActivationToken } from '../api/token'
import { NetworkError, type NetworkErrorDetails } from '../errors'
import type { Seat } from './agent-seats'
import type { ClientLink } from './client-link'
import type { Mailbox } from './mailbox'

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

/** A container that exists, and where. */
export type HostedParts = Omit<HostedContainerParts, 'agentId'>

/**
 * - `standby`: a stateless container that another agent serves; alive, and answers `NOT_ACTIVE`
 * - `active`: serves
 * - `pre-terminating`: was to end and could not yet; serves
 * - `terminating`: answers `TERMINATING`; its events still go out until its `terminate()` has ended
 */
export type HostedState = 'standby' | 'active' | 'pre-terminating' | 'terminating'

/** It rides in records. */
const maxHealthErrorChars = 256

/** One container on its agent. */
export class HostedContainer {
  state: HostedState
  token: ActivationToken | undefined
  /** What its last health check failed with; `undefined` while healthy. */
  healthError: string | undefined = undefined
  /** Unix milliseconds. */
  lastVisit: number
  /** By client: the lines of all who are connected. */
  readonly links = new Map<ClientUuid, ClientLink>()
  /** Settles after the end, or when it turns out that there is none yet; set while one runs or has been. */
  ended: Promise<RetireOutcome> | undefined
  preTermination: PreTermination | undefined
  /** It is not hosted here any more. */
  gone = false
  /** It ends here in order to start elsewhere. */
  moves = false
  /** Where it takes turns: who waits for one. */
  mailbox: Mailbox | undefined = undefined
  /** Its end has begun, and what runs is waited for: it may be called back for that. */
  finishes = false
  /** Its requests that run. */
  private running = 0
  private whenIdle: (() => void) | undefined

  constructor(
    readonly parts: HostedContainerParts,
    unixNow: number,
    /** What it takes of the agent's capacity; stateless ones take nothing. */
    readonly seat?: Seat
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

  get healthy(): boolean {
    return this.healthError === undefined
  }

  /** As the network sees it. */
  get record(): ContainerRecord {
    const { agentId, uuid, kind, endpoint, stateless, labels, extra } = this.parts
    const record: ContainerRecord = { agentId, uuid, endpoint, kind, lastVisit: this.lastVisit }
    if (extra !== undefined) record.extra = extra
    if (labels !== undefined) record.labels = labels
    if (stateless) record.stateless = true
    if (this.token !== undefined) record.token = this.token
    if (this.healthError !== undefined) {
      record.healthy = false
      record.healthError = this.healthError.slice(0, maxHealthErrorChars)
    }
    if (this.preTermination !== undefined) record.preTermination = this.preTermination
    return record
  }

  /** Serves from now on, by the newest activation known. */
  activate(token: ActivationToken | undefined): void {
    if (this.state === 'standby') this.state = 'active'
    if (compareTokens(token, this.token) > 0) this.token = token
  }

  /** Whoever asked for it asks for it anew, as what was there before it was asked for never is. */
  isReplacedBy(token: ActivationToken | undefined): boolean {
    return !this.parts.stateless && replaces(token, this.token)
  }

  /** Another copy serves from now on. */
  deactivate(): void {
    this.state = 'standby'
    this.token = undefined
    this.preTermination = undefined
  }

  /** Requests go to it. */
  get serves(): boolean {
    return this.state === 'active' || this.state === 'pre-terminating'
  }

  /** It is being ended, and was serving before: a standby copy has no token. */
  get endsServing(): boolean {
    return this.ended !== undefined && this.token !== undefined
  }

  /** It was to end, and cannot yet. */
  postpone({ reason, withinMs }: NotYet, unixNow: number): PreTermination {
    this.state = 'pre-terminating'
    this.ended = undefined
    this.preTermination = withinMs === undefined ? { reason } : { reason, until: unixNow + withinMs }
    return this.preTermination
  }

  /** It is wanted again. Answers whether it was to end. */
  restore(): boolean {
    if (this.state !== 'pre-terminating') return false
    this.state = 'active'
    this.preTermination = undefined
    return true
  }

  /** A request is handed to it; {@link left} when it has been answered. */
  entered(): void {
    this.running++
  }

  left(): void {
    if (--this.running === 0) this.whenIdle?.()
  }

  /** What runs is waited for before it ends. */
  get awaitsItsLast(): boolean {
    return this.moves || this.mailbox !== undefined
  }

  /** Until that is done, what runs is waited for. */
  async finishing<T>(work: () => Promise<T>): Promise<T> {
    this.finishes = true
    try {
      return await work()
    } finally {
      this.finishes = false
    }
  }

  /** Resolves when no request runs. */
  async idle(): Promise<void> {
    if (this.running > 0) await new Promise<void>((resolve) => (this.whenIdle = resolve))
  }

  /** Whether it carries all of these labels. */
  carries(labels: readonly string[] | undefined): boolean {
    return labels === undefined || labels.every((label) => this.parts.labels?.includes(label) === true)
  }

  /** Throws `NOT_ACTIVE` or `TERMINATING` unless it serves. */
  checkServing(): void {
    if (!this.serves) throw this.notServing()
  }

  /** Why it does not serve. */
  notServing(): NetworkError {
    const { agentId, uuid } = this.parts
    if (this.state === 'terminating')
      return this.error('TERMINATING', `Container ${uuid} terminates on agent ${agentId}${this.delay}`)
    return this.error('NOT_ACTIVE', `Container ${uuid} is standby on agent ${agentId}: another agent serves it`)
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

  /** What kept it from ending before. */
  private get delay(): string {
    const { reason } = this.preTermination ?? {}
    return reason === undefined ? '' : `, after it could not for a while: ${reason}`
  }

  private error(code: 'TERMINATING' | 'NOT_ACTIVE', message: string): NetworkError {
    return new NetworkError(code, message, this.details)
  }
}
