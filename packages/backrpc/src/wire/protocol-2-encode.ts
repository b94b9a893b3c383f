// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits } from '@hcengineering/network-core'
import { Body, NOTHING } from './body'
import { ByteWriter } from './byte-writer'
import type { Frames } from './frames'
import type { Sendable } from './message'
import { writeParts } from './parts-announcement'
import { writeLoad } from './ping-load'
import { encode as encodeProtocol1 } from './protocol-1'
import { MAX_ROUTE, messageFlags, messageKinds } from './protocol-2-format'
import { MAX_REQUEST_EXTENSION_BYTES, writeRequestExtension } from './request-extension'

/** A local constant is one to the optimizer; a name imported into CommonJS is looked up at every use. */
const KIND = messageKinds
const FLAG = messageFlags

/** Data up to this is copied behind its header; more travels as it is. */
const MAX_INLINE_BYTES = 4 * 1024

/** One header: kind, flags, three numbers, a method, a route, and five numbers of an extension. */
const MAX_HEADER_BYTES = 128 + (MAX_ROUTE + 1) * (limits.maxNameBytes + 4)

/** Characters of a gap's reason. */
const MAX_REASON = 64

/** In use only within `encode`: bodies are encoded before it begins. */
const writer = new ByteWriter(MAX_HEADER_BYTES + MAX_INLINE_BYTES)

/** Frames of a message. The bytes of its body must be there to be had. */
export function encode(message: Sendable): Frames {
  switch (message.kind) {
    case 'request': {
      const { id, method, route, body, timeoutMs, settled = 0, stream, chain } = message
      const extended = stream !== undefined || chain !== undefined
      begin(KIND.request, body, extended ? FLAG.extended : 0, chain === undefined ? 0 : MAX_REQUEST_EXTENSION_BYTES)
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
        begin(KIND.response, undefined, FLAG.extended)
        writer.number(Number(message.id))
        writeParts(writer, message.inParts)
        return [writer.take()]
      }
      begin(KIND.response, message.body)
      writer.number(Number(message.id))
      return finish(message.body)
    case 'error': {
      const body = Body.of(message.error)
      begin(KIND.error, body)
      writer.number(Number(message.id))
      return finish(body)
    }
    case 'event':
      begin(KIND.event, message.body)
      writeRoute(message.route)
      return finish(message.body)
    case 'gap':
      begin(KIND.gap)
      writer.number(message.lost === 'unknown' ? 0 : message.lost + 1)
      writer.text(message.reason.slice(0, MAX_REASON))
      return [writer.take()]
    case 'ping':
      begin(KIND.ping, undefined, message.load === undefined ? 0 : FLAG.extended)
      writer.number(message.settled ?? 0)
      writer.number(message.at ?? 0)
      if (message.load !== undefined) writeLoad(writer, message.load)
      return [writer.take()]
    case 'pong':
      begin(KIND.pong)
      writer.text(message.serverId)
      writer.number(message.settled ?? 0)
      writer.number(message.at ?? 0)
      return [writer.take()]
    case 'retry':
      begin(KIND.retry)
      writer.number(Number(message.id))
      writer.number(message.ticks)
      return [writer.take()]
    case 'cancel':
      begin(KIND.cancel)
      writer.number(Number(message.id))
      return [writer.take()]
    case 'item':
      begin(KIND.item, message.body)
      writer.number(message.stream)
      writer.number(message.index)
      return finish(message.body)
    case 'end': {
      const body = message.error === undefined ? NOTHING : Body.of(message.error)
      begin(KIND.end, body)
      writer.number(message.stream)
      writer.number(message.index)
      return finish(body)
    }
    case 'grant':
      begin(KIND.grant)
      writer.number(message.stream)
      writer.number(message.items)
      writer.number(message.bytes)
      return [writer.take()]
    case 'stop':
      begin(KIND.stop)
      writer.number(message.stream)
      return [writer.take()]
    case 'hello':
    case 'sayHello':
    case 'close':
      // Said where nothing may be agreed
      return encodeProtocol1(message) as Frames
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
  writer.byte(apart ? flags | FLAG.dataApart : flags)
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
