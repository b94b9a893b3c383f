// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { HelloFields, PeerLimits } from '../wire/message'
import { negotiate, protocol1, type ProtocolVersion } from '../wire/version'
import type { AnswerRoom } from './answer-room'
import { Conversation } from './conversation'
import type { Keeper } from './detached-sessions'
import { RequestTable } from './request-table'
import { creditOf, type SessionLimits } from './session-limits'

/** How a session began. */
export interface SessionOrigin {
  /** What the client says it is: its identity. */
  readonly client: string
  /** Name of this session, never used again. */
  readonly id: string
  /** The session that the client thought it had; `undefined` for a 0.7 client, which knows of none. */
  readonly asked: string | undefined
  readonly aliveTimeoutMs: number
  /** What both speak. */
  readonly protocol: ProtocolVersion
  /** What the client takes at a time. */
  readonly credit: PeerLimits | undefined
}

/** A client may ask for any alive timeout up to this: 30 days. */
const MAX_ALIVE_TIMEOUT_MS = 30 * 24 * 3600 * 1000

/** The session that a hello begins. */
export function originOf(
  client: string,
  id: string,
  hello: HelloFields,
  defaults: { readonly aliveTimeoutMs: number; readonly protocol: ProtocolVersion }
): SessionOrigin {
  const { session: asked, aliveTimeout: seconds, limits: credit } = hello
  const aliveTimeoutMs = seconds === undefined ? defaults.aliveTimeoutMs : seconds * 1000
  const protocol = asked === undefined ? protocol1 : negotiate(defaults.protocol, hello.protocol)
  return { client, id, asked, aliveTimeoutMs: Math.min(aliveTimeoutMs, MAX_ALIVE_TIMEOUT_MS), protocol, credit }
}

/**
 * The server's side of one session. It has an address while its connection stands, and is kept without one until the
 * client has been silent for its alive timeout: a lost connection is not a death.
 */
export class ServerSession<Tag> implements Keeper {
  readonly conversation: Conversation<Tag>
  /** Where the client is now, as the transport names it. */
  address: string | undefined = undefined
  /** Of the hellos in this session, the number of the last. */
  private lastAttempt = 0
  private since: number | undefined

  /**
   * @param inherited the client's earlier session: of its requests some may be sent again
   * @param house the memory for answers in parts that all sessions share
   * @param firstSequence number of the first request, where none is inherited
   */
  constructor(
    readonly origin: SessionOrigin,
    private readonly limits: SessionLimits,
    tickMs: number,
    inherited?: Conversation<Tag>,
    house?: AnswerRoom,
    firstSequence = 0
  ) {
    const { client, credit } = origin
    const requests = inherited?.requests ?? new RequestTable<Tag>(client, limits, firstSequence)
    requests.setCredit(credit ?? creditOf(limits))
    const kind = {
      ours: this.ours,
      tellGaps: this.ours,
      maxRunning: this.ours ? limits.maxInFlight : limits.maxInFlightProtocol1,
      answerBytes: credit?.answerBytes,
      retries: true
    }
    this.conversation = new Conversation(client, limits, tickMs, requests, kind, inherited?.streams, house)
  }

  get client(): string {
    return this.origin.client
  }

  /** The client is of 0.8 or later: it knows sessions. */
  get ours(): boolean {
    return this.origin.asked !== undefined
  }

  /** The client asks to go on with this session; a 0.7 client cannot ask, and is taken to mean it. */
  goesOnWith({ session }: HelloFields): boolean {
    return this.ours ? session === this.origin.id : session === undefined
  }

  /** Its client has noticed since the last hello that it is connected anew: until then it took no events. */
  isAnew({ since }: HelloFields): boolean {
    return since !== this.since
  }

  /** The client has said that hello before another one that has come: over a connection that it has given up since. */
  isPast({ attempt }: HelloFields): boolean {
    return attempt !== undefined && attempt < this.lastAttempt
  }

  /** Answers that hello: everything may leave, after the answer. */
  welcome(
    { serverId, epoch }: { readonly serverId: string; readonly epoch?: number },
    resumed: boolean,
    { attempt, since }: HelloFields
  ): void {
    const { outbox } = this.conversation
    this.lastAttempt = attempt ?? 0
    this.since = since
    const { receivedEvents: events } = this.conversation
    const { id: session, protocol } = this.origin
    const known = { ...(attempt === undefined ? {} : { attempt }), ...(epoch === undefined ? {} : { epoch }) }
    const ours = { session, resumed, events, ...known }
    const outstanding = this.conversation.outstanding()
    const agreed = protocol.major === 1 ? {} : { protocol, limits: creditOf(this.limits), ...outstanding }
    outbox.setControl({ kind: 'hello', id: serverId, fields: this.ours ? { ...ours, ...agreed } : {} })
    outbox.gate = 'open'
  }

  /**
   * The client goes on: it is asked again, for between its hello and the answer it took no request, and gave up the
   * answers that had not left.
   */
  resume(): void {
    this.conversation.requests.resume()
  }

  detach(now: number): void {
    this.address = undefined
    this.conversation.disconnected(now)
    // A 0.7 client does not ask again
    if (this.ours) this.conversation.backlog.leave()
  }

  get keptBytes(): number {
    return this.conversation.keptBytes
  }

  get sentBytes(): number {
    return this.conversation.backlog.sentBytes
  }

  giveUpSent(): void {
    this.conversation.backlog.giveUpSent()
  }

  giveUpKept(): void {
    this.conversation.giveUpKept()
  }
}
