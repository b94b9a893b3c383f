// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits, NetworkError } from '@hcengineering/network-core'
import { Body } from './body'
import { decodeText, EMPTY, encodeText, type Frames } from './frames'
import type { HelloFields, Message, PeerLimits, Request, Sendable } from './message'
import { backrpcOperations } from './operations'
import { decodePayload, encodePayload, type PayloadLimits } from './payload'
import type { ProtocolVersion } from './version'

const op = backrpcOperations
const OPERATION_FRAMES: readonly Uint8Array[] = Object.values(op).map((value) => encodeText(String(value)))

/** Id of the events that are notices of events lost: 0.7 peers never get one. */
const GAP_ID = 'gap'

/** A client's id, a dash and a number. */
const MAX_ID_BYTES = limits.maxNameBytes + 32
/** Operation, id, payload and an empty one; more than a few are no message of this protocol. */
const MAX_FRAMES = 8
/** What an empty retry asks for, in ticks. */
const DEFAULT_RETRY_TICKS = 1

/** Frames of a hello; with `aliveTimeout` it is a client's, otherwise a server's answer. */
export function helloFrames(id: string, fields: HelloFields = {}): Frames {
  const payload = Object.keys(fields).length === 0 ? EMPTY : encodePayload(fields)
  const frames = [OPERATION_FRAMES[op.hello], encodeText(id), payload]
  if (fields.aliveTimeout !== undefined) frames.push(EMPTY)
  return frames
}

export function requestFrames(id: string, payload: Uint8Array): Frames {
  return [OPERATION_FRAMES[op.request], encodeText(id), payload]
}

export function responseFrames(id: string, payload: Uint8Array): Frames {
  return [OPERATION_FRAMES[op.response], encodeText(id), payload]
}

export function errorFrames(id: string, payload: Uint8Array): Frames {
  return [OPERATION_FRAMES[op.error], encodeText(id), payload]
}

export function eventFrames(payload: Uint8Array): Frames {
  return [OPERATION_FRAMES[op.event], EMPTY, payload]
}

/** Tells a peer of ours that events were lost. */
export function gapFrames(lost: number | 'unknown', reason: string): Frames {
  return [OPERATION_FRAMES[op.event], encodeText(GAP_ID), encodePayload({ lost, reason })]
}

/** `settled`: requests with a smaller sequence number are settled, so their answers may be forgotten. */
export function pingFrames(settled?: number, at?: number): Frames {
  return [OPERATION_FRAMES[op.ping], EMPTY, heartbeatPayload(settled, at), EMPTY]
}

export function pongFrames(serverId: string, settled?: number, at?: number): Frames {
  return [OPERATION_FRAMES[op.pong], encodeText(serverId), heartbeatPayload(settled, at)]
}

/** Nothing where a peer of 0.7 is to get what it knows. */
function heartbeatPayload(settled: number | undefined, at: number | undefined): Uint8Array {
  return settled === undefined && at === undefined ? EMPTY : encodePayload({ settled, at })
}

export function retryFrames(id: string, ticks: number): Frames {
  return [OPERATION_FRAMES[op.retry], encodeText(id), encodePayload(ticks)]
}

export function closeFrames(): Frames {
  return [OPERATION_FRAMES[op.close], EMPTY, EMPTY, EMPTY]
}

export function sayHelloFrames(): Frames {
  return [OPERATION_FRAMES[op.sayHello], EMPTY, EMPTY]
}

/** Frames of a message; of one that this protocol cannot say none. The JSON of its body must be there to be had. */
export function encode(message: Sendable): Frames | undefined {
  switch (message.kind) {
    case 'hello':
      return helloFrames(message.id, message.fields)
    case 'request':
      return requestFrames(String(message.id), requestPayload(message))
    case 'response':
      return message.inParts === undefined ? responseFrames(String(message.id), message.body.json) : undefined
    case 'error':
      return errorFrames(String(message.id), encodePayload(message.error))
    case 'event':
      return eventFrames(listed(message.route, message.body.json))
    case 'gap':
      return gapFrames(message.lost, message.reason)
    case 'ping':
      return pingFrames(message.settled, message.at)
    case 'pong':
      return pongFrames(message.serverId, message.settled, message.at)
    case 'retry':
      return retryFrames(String(message.id), message.ticks)
    case 'cancel':
    case 'item':
    case 'end':
    case 'grant':
    case 'stop':
      return undefined
    case 'close':
      return closeFrames()
    case 'sayHello':
      return sayHelloFrames()
  }
}

/** `[method, params]`; where there is a route, the parameters are it, the data, and what is left of the deadline. */
function requestPayload({ method, route, body, timeoutMs }: Request): Uint8Array {
  const tail = route === undefined ? '' : `,${JSON.stringify({ timeoutMs })}`
  return Buffer.concat([encodeText(`[${JSON.stringify(method)},`), listed(route, body.json, tail), encodeText(']')])
}

/** The JSON of the data; with a route, of an array of it and the data. */
function listed(route: readonly string[] | undefined, json: Uint8Array, tail: string = ''): Uint8Array {
  if (route === undefined) return json
  const head = route.map((text) => `${JSON.stringify(text)},`).join('')
  return Buffer.concat([encodeText(`[${head}`), json, encodeText(`${tail}]`)])
}

/** The message that frames carry; anything that is none is `garbage`, and nothing is ever thrown. */
export function decode(frames: Frames, bounds: PayloadLimits = limits): Message {
  const operation = operationOf(frames)
  if (operation === undefined) return { kind: 'garbage', reason: 'unknown operation' }
  if (frames.length > MAX_FRAMES) return { kind: 'garbage', reason: `${frames.length} frames` }
  const idBytes = frames[1] ?? EMPTY
  if (idBytes.length > MAX_ID_BYTES) return idTooLong(idBytes.length)
  const id = decodeText(idBytes)
  // What is not UTF-8 has become longer, and would be so in an answer
  const idLength = Buffer.byteLength(id)
  if (idLength > MAX_ID_BYTES) return idTooLong(idLength)
  try {
    const bytes = frames[2] ?? EMPTY
    return toMessage(operation, id, decodePayload(bytes, bounds), bytes.length)
  } catch (error) {
    const cause = NetworkError.from(error, 'PROTOCOL_ERROR')
    const isAnswer = operation === op.response || operation === op.error
    const what = operation === op.request && id !== '' ? 'request' : isAnswer ? 'answer' : undefined
    return { kind: 'garbage', reason: cause.message, ...(what === undefined ? {} : { about: { what, id, cause } }) }
  }
}

function idTooLong(bytes: number): Message {
  return { kind: 'garbage', reason: `an id of ${bytes} bytes` }
}

function operationOf(frames: Frames): number | undefined {
  const first = frames[0]
  if (first === undefined || first.length !== 1) return undefined
  const value = first[0] - 0x30
  return value >= 0 && value < OPERATION_FRAMES.length ? value : undefined
}

function toMessage(operation: number, id: string, payload: unknown, bytes: number): Message {
  switch (operation) {
    case op.hello:
      if (id === '') throw broken('a hello without id')
      if (Buffer.byteLength(id) > limits.maxNameBytes) throw broken(`a client id of ${Buffer.byteLength(id)} bytes`)
      return { kind: 'hello', id, fields: helloFields(payload) }
    case op.request:
      if (id === '') throw broken('a request without id')
      if (!Array.isArray(payload) || typeof payload[0] !== 'string') throw broken('a request is [method, params]')
      if (payload[0].length > limits.maxNameBytes) throw broken(`a method of ${payload[0].length} characters`)
      return { kind: 'request', id, method: payload[0], body: Body.parsed(payload[1], bytes), timeoutMs: 0 }
    case op.response:
      return { kind: 'response', id, body: Body.parsed(payload, bytes) }
    case op.error:
      return { kind: 'error', id, error: payload }
    case op.event:
      return id === GAP_ID ? gapOf(payload) : { kind: 'event', body: Body.parsed(payload, bytes) }
    case op.ping:
      return { kind: 'ping', ...heartbeatOf(payload) }
    case op.pong:
      return { kind: 'pong', serverId: id, ...heartbeatOf(payload) }
    case op.retry:
      return { kind: 'retry', id, ticks: isCount(payload) ? payload : DEFAULT_RETRY_TICKS }
    case op.close:
      return { kind: 'close' }
    default:
      return { kind: 'sayHello' }
  }
}

function fieldsOf(payload: unknown): Readonly<Record<string, unknown>> {
  return typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {}
}

function helloFields(payload: unknown): HelloFields {
  const {
    aliveTimeout,
    session,
    resumed,
    events,
    attempt,
    since,
    protocol,
    limits: granted,
    pending,
    next,
    settled,
    epoch
  } = fieldsOf(payload)
  const fields: { -readonly [Name in keyof HelloFields]: HelloFields[Name] } = {}
  if (typeof aliveTimeout === 'number' && aliveTimeout > 0) fields.aliveTimeout = aliveTimeout
  if (typeof session === 'string') fields.session = session
  if (typeof resumed === 'boolean') fields.resumed = resumed
  if (isCount(events)) fields.events = events
  if (isCount(attempt)) fields.attempt = attempt
  if (isCount(since)) fields.since = since
  if (Array.isArray(pending) && pending.every(isCount)) fields.pending = pending
  if (isCount(next)) fields.next = next
  if (isCount(settled)) fields.settled = settled
  if (isCount(epoch)) fields.epoch = epoch
  const version = versionOf(protocol)
  if (version !== undefined) fields.protocol = version
  const credit = limitsOf(granted)
  if (credit !== undefined) fields.limits = credit
  return fields
}

function versionOf(value: unknown): ProtocolVersion | undefined {
  const { major, minor } = fieldsOf(value)
  return isCount(major) && isCount(minor) && major > 0 ? { major, minor } : undefined
}

function limitsOf(value: unknown): PeerLimits | undefined {
  const { requests, requestBytes, answerBytes } = fieldsOf(value)
  if (!isCount(requests) || !isCount(requestBytes) || requests === 0) return undefined
  return { requests, requestBytes, ...(isCount(answerBytes) ? { answerBytes } : {}) }
}

function gapOf(payload: unknown): Message {
  const { lost, reason } = fieldsOf(payload)
  return { kind: 'gap', lost: isCount(lost) ? lost : 'unknown', reason: typeof reason === 'string' ? reason : '' }
}

function heartbeatOf(payload: unknown): { settled?: number; at?: number } {
  const { settled, at } = fieldsOf(payload)
  return { ...(isCount(settled) ? { settled } : {}), ...(isCount(at) ? { at } : {}) }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function broken(what: string): NetworkError {
  return new NetworkError('PROTOCOL_ERROR', `The peer broke the protocol: ${what}`)
}
