// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type Caller, type StreamOpening, type StreamPeer } from '@hcengineering/network-core'
import type { BackRPCRequestOptions } from '../rpc-types'
import type { Execution } from '../session/conversation-effects'
import type { Stream } from '../session/stream'
import type { StreamNews } from '../session/stream-table'
import { ask, type CallPort } from './call'

/** The other side of a stream that goes over a session: what it is told travels. */
export class SessionStream implements StreamPeer {
  /** @param note there is something to send */
  constructor(
    private readonly stream: Stream,
    private readonly note: () => void
  ) {}

  item(value: unknown): number {
    const bytes = this.stream.item(value)
    // Bounded by what was granted: the items of one turn leave together
    this.note()
    return bytes
  }

  end(error?: NetworkError): void {
    this.stream.end(error)
    this.note()
  }

  grant(items: number, bytes: number): void {
    this.stream.grant(items, bytes)
    this.note()
  }

  stop(): void {
    this.stream.stop()
    this.note()
  }
}

/** Tells the owner of a stream what came for it. */
export function deliver({ owner }: Stream, news: StreamNews): void {
  switch (news.kind) {
    case 'item':
      owner?.item(news.body, news.body.size)
      break
    case 'end':
      owner?.end(news.error)
      break
    case 'grant':
      owner?.grant(news.items, news.bytes)
      break
    case 'stop':
      owner?.stop()
  }
}

/** What asking for a stream needs of the sessions. */
export interface StreamPort<Peer> extends CallPort<Peer> {
  /** There is something to send to that peer. */
  note(peer: Peer): void
}

/** Opens a stream: resolves with the other side when that has taken it; rejects as a request does. */
export function openStream<Peer>(
  port: StreamPort<Peer>,
  peer: Peer,
  method: string,
  params: unknown,
  options: BackRPCRequestOptions,
  defaultTimeoutMs: number,
  opening: StreamOpening,
  asker: StreamPeer
): Promise<StreamPeer> {
  return new Promise((resolve, reject) => {
    const caller: Caller = { resolve: () => {}, reject }
    const once = { ...options, resend: false }
    const stream = ask(port, peer, method, params, once, defaultTimeoutMs, caller, opening)?.stream
    if (stream === undefined) return
    stream.owner = asker
    caller.resolve = () => resolve(new SessionStream(stream, () => port.note(peer)))
  })
}

/** What comes for a stream before who serves it is there. */
class Waiting implements StreamPeer {
  private readonly news: ((peer: StreamPeer) => void)[] = []
  private target: StreamPeer | undefined

  item(value: unknown, bytes: number): number {
    this.tell((peer) => peer.item(value, bytes))
    return bytes
  }

  end(error?: NetworkError): void {
    this.tell((peer) => peer.end(error))
  }

  grant(items: number, bytes: number): void {
    this.tell((peer) => peer.grant(items, bytes))
  }

  stop(): void {
    this.tell((peer) => peer.stop())
  }

  /** It is there. */
  join(target: StreamPeer): void {
    this.target = target
    for (const tell of this.news.splice(0)) tell(target)
  }

  private tell(what: (peer: StreamPeer) => void): void {
    if (this.target === undefined) this.news.push(what)
    else what(this.target)
  }
}

/** Serves a stream that the peer asks for: its opening is answered when `handler` has taken it. */
export function serveStream(
  { stream }: Execution<unknown>,
  handler: (asker: StreamPeer) => Promise<StreamPeer>,
  { send, refuse, note }: StreamAnswer
): void {
  if (stream === undefined) return
  const waiting = new Waiting()
  stream.owner = waiting
  const refused = (error: unknown): void => {
    stream.drop()
    refuse(error)
  }
  try {
    handler(new SessionStream(stream, note)).then((served) => {
      waiting.join(served)
      stream.owner = served
      send()
    }, refused)
  } catch (error) {
    refused(error)
  }
}

/** How the opening of a stream is answered. */
export interface StreamAnswer {
  send(): void
  refuse(error: unknown): void
  note(): void
}
