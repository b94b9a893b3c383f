// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { Body } from '../../wire/body'
import { decode } from '../../wire/codec'
import type { Frames } from '../../wire/frames'
import type { StreamOpening } from '../../wire/message'
import { protocol2, type ProtocolVersion } from '../../wire/version'
import type { ClientEffect } from '../client-effects'
import { ClientSession } from '../client-session'
import type { Conversation } from '../conversation'
import type { Execution } from '../conversation-effects'
import type { NewRequest } from '../request-table'
import type { ServerEffect } from '../server-effects'
import { ServerSessions } from '../server-sessions'
import { defaultSessionLimits, type SessionLimits } from '../session-limits'
import type { Stream } from '../stream'

/** What one side of a stream was told, in order: items as they are, else what happened. */
export class Heard {
  readonly items: unknown[] = []
  readonly ends: (string | undefined)[] = []
  granted = 0
  grantedBytes = 0
  stops = 0
}

type Effect = ClientEffect<string> | ServerEffect<string>

/** A client and a server joined by a line that can break, with what is on it lost. Streams are named by their requests' tags. */
export class StreamPair {
  readonly clientEffects: ClientEffect<string>[] = []
  readonly serverEffects: ServerEffect<string>[] = []
  readonly client: ClientSession<string>
  readonly server: ServerSessions<string>
  readonly heard = new Map<Stream, Heard>()
  readonly executions: Execution<string>[] = []
  readonly outcomes: string[] = []
  /** What was answered, by the tags of the requests. */
  readonly answers = new Map<string, Body>()
  readonly violations: string[] = []
  now = 0
  toServer: Frames[] = []
  toClient: Frames[] = []
  private connections = 0

  constructor(limits: Partial<SessionLimits> = {}, serverProtocol: ProtocolVersion = protocol2) {
    const options = {
      pingIntervalMs: 1000,
      tickMs: 50,
      aliveTimeoutMs: 3000,
      limits: { ...defaultSessionLimits, ...limits },
      protocol: protocol2
    }
    this.client = new ClientSession({ ...options, clientId: 'c', where: 'here' }, this.clientEffects)
    let sessions = 0
    const newSessionId = (): string => `s/${++sessions}`
    this.server = new ServerSessions(
      { ...options, protocol: serverProtocol, serverId: 's', newSessionId },
      this.serverEffects
    )
  }

  get address(): string {
    return `address-${this.connections}`
  }

  connect(): void {
    this.connections++
    this.client.connected(this.now)
    this.settle()
  }

  /** What is on the line is lost. */
  disconnect(): void {
    this.toServer = []
    this.toClient = []
    this.client.disconnected(new NetworkError('UNAVAILABLE', 'broken'), this.now)
    this.server.disconnected(this.address, this.now)
  }

  /** Carries messages to and fro until nothing is left to say. */
  settle(): void {
    for (let round = 0; round < 1000; round++) {
      this.write()
      const said = this.toServer.length + this.toClient.length
      if (said === 0) return
      this.deliver()
    }
    throw new Error('They never stop')
  }

  /** What waits leaves for the line. */
  write(): void {
    send(this.client.conversation, this.toServer)
    const session = this.server.get('c')
    if (session !== undefined) send(session.conversation, this.toClient)
    this.perform()
  }

  deliver(): void {
    for (const frames of this.toServer.splice(0)) this.server.receive(this.address, decode(frames), this.now)
    for (const frames of this.toClient.splice(0)) this.client.receive(decode(frames), this.now)
    this.perform()
  }

  /** The client asks; answers with its side. */
  open(opening: Partial<StreamOpening> = {}, tag: string = 'stream'): Stream {
    const asked = this.client.request(request(opening, tag), this.now)
    if (asked instanceof NetworkError) throw asked
    return asked.stream as Stream
  }

  /** The server takes what was asked first; answers with its side. */
  take(): Stream {
    const execution = this.executions.shift() as Execution<string>
    execution.conversation.answer(execution, undefined, this.serverEffects)
    return execution.stream as Stream
  }

  of(stream: Stream): Heard {
    let heard = this.heard.get(stream)
    if (heard === undefined) this.heard.set(stream, (heard = new Heard()))
    return heard
  }

  get openStreams(): [number, number] {
    return [this.client.conversation.streams.size, this.server.get('c')?.conversation.streams.size ?? 0]
  }

  perform(): void {
    for (const effect of this.clientEffects.splice(0)) {
      if (effect.kind === 'registered') this.client.registered(effect.generation)
      else this.note(effect)
    }
    for (const effect of this.serverEffects.splice(0)) this.note(effect)
  }

  private note(effect: Effect): void {
    if (effect.kind === 'reply') this.toClient.push(effect.frames)
    else if (effect.kind === 'execute') this.executions.push(effect.execution)
    else if (effect.kind === 'answered') {
      this.outcomes.push(`${effect.request.asked.tag} opened`)
      this.answers.set(effect.request.asked.tag, effect.body)
    } else if (effect.kind === 'failed') {
      const { request, error } = effect
      request.stream?.refused(request.attempts > 0, error)
      this.outcomes.push(`${request.asked.tag} ${error.code}`)
    } else if (effect.kind === 'violation') {
      this.violations.push(effect.reason)
      this.server.violated(effect.conversation.peer, effect.reason)
    } else if (effect.kind === 'stream') {
      const heard = this.of(effect.stream)
      const { news } = effect
      if (news.kind === 'item') heard.items.push(news.body.value)
      else if (news.kind === 'end') heard.ends.push(news.error?.code)
      else if (news.kind === 'grant') {
        heard.granted = news.items
        heard.grantedBytes = news.bytes
      } else heard.stops++
    }
  }
}

/** A request that opens a stream. */
export function request(opening: Partial<StreamOpening> = {}, tag: string = 'stream'): NewRequest<string> {
  const all = { items: 4, bytes: 1000, input: false, ...opening }
  return { method: 'm', body: Body.of(null), tag, resend: false, early: false, timeoutMs: 0, opening: all }
}

function send({ outbox }: Conversation<string>, line: Frames[]): void {
  for (let next = outbox.peek(0); next !== undefined; next = outbox.peek(0)) {
    line.push(next.frames)
    outbox.sent(next)
  }
}
