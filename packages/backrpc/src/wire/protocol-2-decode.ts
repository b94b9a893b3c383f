// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits, NetworkError } from '@hcengineering/network-core'
import { Body, NOTHING } from './body'
import { ByteReader } from './byte-reader'
import type { Frames } from './frames'
import type { Message, RequestId } from './message'
import { readParts } from './parts-announcement'
import { readLoad } from './ping-load'
import { MAX_ROUTE, messageFlags, messageKinds } from './protocol-2-format'
import { readRequestExtension } from './request-extension'

/** A local constant is one to the optimizer; a name imported into CommonJS is looked up at every use. */
const KIND = messageKinds
const FLAG = messageFlags

/** In use only within `decode`, which runs no one else's code. */
const reader = new ByteReader()

/** The message that frames carry; anything that is none is `garbage`, and nothing is ever thrown. */
export function decode(frames: Frames): Message {
  reader.begin(frames[0])
  return read(frames)
}

/** {@link decode} of a message of one frame, where it lies in these bytes. */
export function decodePart(bytes: Uint8Array, start: number, end: number): Message {
  reader.begin(bytes, start, end)
  return read(undefined)
}

/** @param frames all of them, where they are at hand: a message without has one */
function read(frames: Frames | undefined): Message {
  const kind = reader.byte()
  let id: RequestId | undefined
  let stream: number | undefined
  try {
    const flags = reader.byte()
    switch (kind) {
      case KIND.request: {
        const sequence = (id = reader.number())
        const settled = Math.max(0, sequence - reader.number())
        const timeoutMs = reader.number()
        const method = reader.text(limits.maxNameBytes)
        const route = readRoute()
        if ((flags & FLAG.extended) === 0) {
          return { kind: 'request', id, method, route, body: readBody(frames, flags), timeoutMs, settled }
        }
        const { stream, chain } = readRequestExtension(reader)
        return {
          kind: 'request',
          id,
          method,
          route,
          body: readBody(frames, flags & ~FLAG.extended),
          timeoutMs,
          settled,
          stream,
          chain
        }
      }
      case KIND.response:
        id = reader.number()
        if ((flags & FLAG.extended) === 0) return { kind: 'response', id, body: readBody(frames, flags) }
        return readExtended(id, frames, flags)
      case KIND.error:
        id = reader.number()
        return { kind: 'error', id, error: readBody(frames, flags).value }
      case KIND.event: {
        const route = readRoute()
        return { kind: 'event', route, body: readBody(frames, flags) }
      }
      case KIND.gap: {
        const lost = reader.number()
        return { kind: 'gap', lost: lost === 0 ? 'unknown' : lost - 1, reason: reader.text(limits.maxNameBytes) }
      }
      case KIND.ping: {
        const [settled, at] = [reader.number(), reader.number()]
        const load = (flags & FLAG.extended) === 0 ? undefined : readLoad(reader)
        return load === undefined ? { kind: 'ping', settled, at } : { kind: 'ping', settled, at, load }
      }
      case KIND.pong:
        return {
          kind: 'pong',
          serverId: reader.text(limits.maxNameBytes),
          settled: reader.number(),
          at: reader.number()
        }
      case KIND.retry:
        return { kind: 'retry', id: reader.number(), ticks: reader.number() }
      case KIND.cancel:
        return { kind: 'cancel', id: reader.number() }
      case KIND.item:
        stream = reader.number()
        return { kind: 'item', stream, index: reader.number(), body: readBody(frames, flags) }
      case KIND.end: {
        stream = reader.number()
        const index = reader.number()
        return { kind: 'end', stream, index, error: readBody(frames, flags).value }
      }
      case KIND.grant:
        return { kind: 'grant', stream: reader.number(), items: reader.number(), bytes: reader.number() }
      case KIND.stop:
        return { kind: 'stop', stream: reader.number() }
      default:
        return { kind: 'unknown' }
    }
  } catch (error) {
    const cause = NetworkError.from(error, 'PROTOCOL_ERROR')
    if (stream !== undefined)
      return { kind: 'garbage', reason: cause.message, about: { what: 'stream', stream, cause } }
    const isAnswer = kind === KIND.response || kind === KIND.error
    const what = kind === KIND.request ? 'request' : isAnswer ? 'answer' : undefined
    const about = id === undefined || what === undefined ? {} : { about: { what, id, cause } as const }
    return { kind: 'garbage', reason: cause.message, ...about }
  }
}

function readRoute(): readonly string[] | undefined {
  const count = reader.number()
  if (count === 0) return undefined
  if (count > MAX_ROUTE + 1) throw broken(`a route of ${count - 1} texts; at most ${MAX_ROUTE} are allowed`)
  const route = new Array<string>(count - 1)
  for (let index = 0; index < route.length; index++) route[index] = reader.text(limits.maxNameBytes)
  return route
}

function readBody(frames: Frames | undefined, flags: number): Body {
  if ((flags & FLAG.extended) !== 0) reader.skip(reader.number())
  if ((flags & FLAG.dataApart) === 0) return reader.rest(received)
  if (frames?.length !== 2) throw broken(`data apart in a message of ${frames?.length ?? 1} frames`)
  return received(frames[1], 0, frames[1].length)
}

function readExtended(id: number, frames: Frames | undefined, flags: number): Message {
  const inParts = readParts(reader)
  const body = readBody(frames, flags & ~FLAG.extended)
  return inParts === undefined ? { kind: 'response', id, body } : { kind: 'response', id, body: NOTHING, inParts }
}

function received(bytes: Uint8Array, start: number, end: number): Body {
  const size = end - start
  if (size <= limits.maxPayloadBytes) return Body.received(bytes, start, end)
  const text = `A payload of ${size} bytes exceeds the maximum of ${limits.maxPayloadBytes} bytes`
  throw new NetworkError('TOO_LARGE', text)
}

function broken(what: string): NetworkError {
  return new NetworkError('PROTOCOL_ERROR', `The peer broke the protocol: ${what}`)
}
