// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits, NetworkError } from '@hcengineering/network-core'
import { Body } from './body'
import { ByteReader } from './byte-reader'
import { ByteWriter } from './byte-writer'
import type { Frames } from './frames'
import type { Message, RequestId, Sendable } from './message'
import { encode as encodeProtocol1 } from './protocol-1'
import { readLoad, writeLoad } from './ping-load'
import { readParts, writeParts } from './parts-announcement'
import { MAX_REQUEST_EXTENSION_BYTES, readRequestExtension, writeRequestExtension } from './request-extension'

/**
 * First byte of a message of protocol 2; those of protocol 1 begin with an ASCII digit. Only ever appended to, up to
 * {@link LAST_KIND}.
 */
export const messageKinds = {
  request: 0x81,
  response: 0x82,
  error: 0x83,
  event: 0x84,
  gap: 0x85,
  ping: 0x86,
  pong: 0x87,
  retry: 0x88,
  cancel: 0x89,
  item: 0x8a,
  end: 0x8b,
  grant: 0x8c,
  stop: 0x8d
} as const

/** Every message of protocol 2 begins with a byte above this; a later minor version may use all of them. */
const FIRST_KIND = 0x80
/** What begins with more than this belongs to the transports. */
const LAST_KIND = 0xbf

/** Second byte: the data is a frame of its own. */
const DATA_APART = 0x01
/** Second byte: a block of a later minor version follows, length first; skipped. */
const EXTENDED = 0x02

/** Data up to this is copied behind its header; more travels as it is. */
const MAX_INLINE_BYTES = 4 * 1024

/** Texts of one route. */
export const MAX_ROUTE = 8

/** One header: kind, flags, three numbers, a method, a route, and five numbers of an extension. */
const MAX_HEADER_BYTES = 128 + (MAX_ROUTE + 1) * (limits.maxNameBytes + 4)

/** Says `undefined`. */
export const NOTHING = Body.received(Buffer.alloc(0))

/** Characters of a gap's reason. */
const MAX_REASON = 64

/** In use only within `decode`, which runs no one else's code. */
const reader = new ByteReader()
const writer = new ByteWriter(MAX_HEADER_BYTES + MAX_INLINE_BYTES)

/** Whether frames are of protocol 2, well formed or not. */
export function isProtocol2(frames: Frames): boolean {
  const first = frames[0]
  return first !== undefined && isPart(first, 0, first.length)
}

/** Whether these bytes are a message of protocol 2, well formed or not. */
export function isPart(bytes: Uint8Array, start: number, end: number): boolean {
  return end > start && bytes[start] > FIRST_KIND && bytes[start] <= LAST_KIND
}

/** Frames of a message. The bytes of its body must be there to be had. */
export function encode(message: Sendable): Frames {
  switch (message.kind) {
    case 'request': {
      const { id, method, route, body, timeoutMs, settled = 0, stream, chain } = message
      const extended = stream !== undefined || chain !== undefined
      begin(messageKinds.request, body, extended ? EXTENDED : 0, chain === undefined ? 0 : MAX_REQUEST_EXTENSION_BYTES)
      const sequence = Number(id)
      writer.number(sequence)
      writer.number(Math.max(0, sequence - settled))
      writer.number(timeoutMs)
      writer.text(method)
      writeRoute(route)
      if (extended) writeRequestExtension(writer, message)
      return finish(body)
    }
    case 'response':
      if (message.inParts !== undefined) {
        begin(messageKinds.response, undefined, EXTENDED)
        writer.number(Number(message.id))
        writeParts(writer, message.inParts)
        return [writer.take()]
      }
      begin(messageKinds.response, message.body)
      writer.number(Number(message.id))
      return finish(message.body)
    case 'error': {
      const body = Body.of(message.error)
      begin(messageKinds.error, body)
      writer.number(Number(message.id))
      return finish(body)
    }
    case 'event':
      begin(messageKinds.event, message.body)
      writeRoute(message.route)
      return finish(message.body)
    case 'gap':
      begin(messageKinds.gap)
      writer.number(message.lost === 'unknown' ? 0 : message.lost + 1)
      writer.text(message.reason.slice(0, MAX_REASON))
      return [writer.take()]
    case 'ping':
      begin(messageKinds.ping, undefined, message.load === undefined ? 0 : EXTENDED)
      writer.number(message.settled ?? 0)
      writer.number(message.at ?? 0)
      if (message.load !== undefined) writeLoad(writer, message.load)
      return [writer.take()]
    case 'pong':
      begin(messageKinds.pong)
      writer.text(message.serverId)
      writer.number(message.settled ?? 0)
      writer.number(message.at ?? 0)
      return [writer.take()]
    case 'retry':
      begin(messageKinds.retry)
      writer.number(Number(message.id))
      writer.number(message.ticks)
      return [writer.take()]
    case 'cancel':
      begin(messageKinds.cancel)
      writer.number(Number(message.id))
      return [writer.take()]
    case 'item':
      begin(messageKinds.item, message.body)
      writer.number(message.stream)
      writer.number(message.index)
      return finish(message.body)
    case 'end': {
      const body = message.error === undefined ? NOTHING : Body.of(message.error)
      begin(messageKinds.end, body)
      writer.number(message.stream)
      writer.number(message.index)
      return finish(body)
    }
    case 'grant':
      begin(messageKinds.grant)
      writer.number(message.stream)
      writer.number(message.items)
      writer.number(message.bytes)
      return [writer.take()]
    case 'stop':
      begin(messageKinds.stop)
      writer.number(message.stream)
      return [writer.take()]
    case 'hello':
    case 'sayHello':
    case 'close':
      // Said where nothing may be agreed
      return encodeProtocol1(message) as Frames
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
  if ((flags & EXTENDED) !== 0) reader.skip(reader.number())
  if ((flags & DATA_APART) === 0) return reader.rest(received)
  if (frames?.length !== 2) throw broken(`data apart in a message of ${frames?.length ?? 1} frames`)
  return received(frames[1], 0, frames[1].length)
}

function readExtended(id: number, frames: Frames | undefined, flags: number): Message {
  const inParts = readParts(reader)
  const body = readBody(frames, flags & ~EXTENDED)
  return inParts === undefined ? { kind: 'response', id, body } : { kind: 'response', id, body: NOTHING, inParts }
}

function received(bytes: Uint8Array, start: number, end: number): Body {
  const size = end - start
  if (size <= limits.maxPayloadBytes) return Body.received(bytes, start, end)
  const text = `A payload of ${size} bytes exceeds the maximum of ${limits.maxPayloadBytes} bytes`
  throw new NetworkError('TOO_LARGE', text)
}

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
      case messageKinds.request: {
        const sequence = (id = reader.number())
        const settled = Math.max(0, sequence - reader.number())
        const timeoutMs = reader.number()
        const method = reader.text(limits.maxNameBytes)
        const route = readRoute()
        if ((flags & EXTENDED) === 0) {
          return { kind: 'request', id, method, route, body: readBody(frames, flags), timeoutMs, settled }
        }
        const { stream, chain } = readRequestExtension(reader)
        return {
          kind: 'request',
          id,
          method,
          route,
          body: readBody(frames, flags & ~EXTENDED),
          timeoutMs,
          settled,
          stream,
          chain
        }
      }
      case messageKinds.response:
        id = reader.number()
        if ((flags & EXTENDED) === 0) return { kind: 'response', id, body: readBody(frames, flags) }
        return readExtended(id, frames, flags)
      case messageKinds.error:
        id = reader.number()
        return { kind: 'error', id, error: readBody(frames, flags).value }
      case messageKinds.event: {
        const route = readRoute()
        return { kind: 'event', route, body: readBody(frames, flags) }
      }
      case messageKinds.gap: {
        const lost = reader.number()
        return { kind: 'gap', lost: lost === 0 ? 'unknown' : lost - 1, reason: reader.text(limits.maxNameBytes) }
      }
      case messageKinds.ping: {
        const [settled, at] = [reader.number(), reader.number()]
        const load = (flags & EXTENDED) === 0 ? undefined : readLoad(reader)
        return load === undefined ? { kind: 'ping', settled, at } : { kind: 'ping', settled, at, load }
      }
      case messageKinds.pong:
        return {
          kind: 'pong',
          serverId: reader.text(limits.maxNameBytes),
          settled: reader.number(),
          at: reader.number()
        }
      case messageKinds.retry:
        return { kind: 'retry', id: reader.number(), ticks: reader.number() }
      case messageKinds.cancel:
        return { kind: 'cancel', id: reader.number() }
      case messageKinds.item:
        stream = reader.number()
        return { kind: 'item', stream, index: reader.number(), body: readBody(frames, flags) }
      case messageKinds.end: {
        stream = reader.number()
        const index = reader.number()
        return { kind: 'end', stream, index, error: readBody(frames, flags).value }
      }
      case messageKinds.grant:
        return { kind: 'grant', stream: reader.number(), items: reader.number(), bytes: reader.number() }
      case messageKinds.stop:
        return { kind: 'stop', stream: reader.number() }
      default:
        return { kind: 'unknown' }
    }
  } catch (error) {
    const cause = NetworkError.from(error, 'PROTOCOL_ERROR')
    if (stream !== undefined)
      return { kind: 'garbage', reason: cause.message, about: { what: 'stream', stream, cause } }
    const isAnswer = kind === messageKinds.response || kind === messageKinds.error
    const what = kind === messageKinds.request ? 'request' : isAnswer ? 'answer' : undefined
    const about = id === undefined || what === undefined ? {} : { about: { what, id, cause } as const }
    return { kind: 'garbage', reason: cause.message, ...about }
  }
}

/**
 * @param body what the message carries: when large it travels as a frame of its own
 * @param moreBytes that the header may have, beyond the usual
 */
function begin(kind: number, body?: Body, flags: number = 0, moreBytes: number = 0): void {
  // It may have to be encoded yet, which begins with nothing else half written
  const apart = body !== undefined && body.length > MAX_INLINE_BYTES
  writer.begin(moreBytes)
  writer.byte(kind)
  writer.byte(apart ? flags | DATA_APART : flags)
}

function finish(body: Body): Frames {
  if (body.length > MAX_INLINE_BYTES) return [writer.take(), body.bytes]
  body.writeTo(writer)
  return [writer.take()]
}

/** 0: none, which is not the same as one without texts. */
function writeRoute(route: readonly string[] | undefined): void {
  writer.number(route === undefined ? 0 : route.length + 1)
  if (route !== undefined) for (const text of route) writer.text(text)
}

function broken(what: string): NetworkError {
  return new NetworkError('PROTOCOL_ERROR', `The peer broke the protocol: ${what}`)
}
