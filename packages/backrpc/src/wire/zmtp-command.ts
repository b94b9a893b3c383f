// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { decodeText, EMPTY } from './frames'
import { COMMAND, LONG_HEADER_BYTES, writeHeader } from './zmtp-header'

/** What a peer says about the connection itself. Commands of other names are skipped. */
export type ZmtpCommand =
  | { readonly name: 'READY'; readonly socketType: string }
  | { readonly name: 'ERROR'; readonly reason: string }
  | { readonly name: 'PING'; readonly context: Uint8Array }
  | { readonly name: 'PONG' }
  | { readonly name: 'other' }

const MAX_CONTEXT_BYTES = 16
const TTL_BYTES = 2
const VALUE_LENGTH_BYTES = 4

/** A text after its length in one byte. */
function shortText(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1')
  return Buffer.concat([Buffer.of(bytes.length), bytes])
}

function commandFrame(name: string, data: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat([shortText(name), ...data])
  const header = Buffer.alloc(LONG_HEADER_BYTES)
  return Buffer.concat([header.subarray(0, writeHeader(header, 0, COMMAND, body.length)), body])
}

function property(name: string, value: Uint8Array): Buffer {
  const length = Buffer.alloc(VALUE_LENGTH_BYTES)
  length.writeUInt32BE(value.length)
  return Buffer.concat([shortText(name), length, value])
}

/** READY of a socket of that type. The identity is empty, as libzmq says it: our addresses are none. */
export function readyFrame(socketType: string): Uint8Array {
  return commandFrame('READY', [
    property('Socket-Type', Buffer.from(socketType, 'latin1')),
    property('Identity', EMPTY)
  ])
}

/** ERROR with that reason, cut to the 255 bytes that it may have. */
export function errorFrame(reason: string): Uint8Array {
  return commandFrame('ERROR', [shortText(reason.slice(0, 255))])
}

/** PING without a time to live and without a context. */
export const pingFrame: Uint8Array = commandFrame('PING', [Buffer.alloc(TTL_BYTES)])

/** PONG that answers a PING with that context. */
export function pongFrame(context: Uint8Array): Uint8Array {
  return commandFrame('PONG', [context])
}

/** Reads a command's body; `undefined` when it cannot be read. */
export function readCommand(body: Uint8Array): ZmtpCommand | undefined {
  const nameEnd = 1 + body[0]
  if (body.length === 0 || nameEnd === 1 || nameEnd > body.length) return undefined
  const data = body.subarray(nameEnd)
  switch (decodeText(body.subarray(1, nameEnd))) {
    case 'READY':
      return readReady(data)
    case 'ERROR':
      return readError(data)
    case 'PING':
      return readPing(data)
    case 'PONG':
      return data.length > MAX_CONTEXT_BYTES ? undefined : { name: 'PONG' }
    default:
      return { name: 'other' }
  }
}

/** Names of properties don't care about case; the identity and what else there is are read and ignored. */
function readReady(data: Uint8Array): ZmtpCommand | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  let socketType = ''
  for (let at = 0; at < data.length;) {
    const nameEnd = at + 1 + data[at]
    const valueAt = nameEnd + VALUE_LENGTH_BYTES
    if (nameEnd === at + 1 || valueAt > data.length) return undefined
    const valueEnd = valueAt + view.getUint32(nameEnd)
    if (valueEnd > data.length) return undefined
    const name = decodeText(data.subarray(at + 1, nameEnd)).toLowerCase()
    if (name === 'socket-type') socketType = decodeText(data.subarray(valueAt, valueEnd))
    at = valueEnd
  }
  return { name: 'READY', socketType }
}

function readError(data: Uint8Array): ZmtpCommand | undefined {
  if (data.length === 0 || 1 + data[0] !== data.length) return undefined
  return { name: 'ERROR', reason: printable(decodeText(data.subarray(1))) }
}

function readPing(data: Uint8Array): ZmtpCommand | undefined {
  if (data.length < TTL_BYTES || data.length > TTL_BYTES + MAX_CONTEXT_BYTES) return undefined
  return { name: 'PING', context: data.subarray(TTL_BYTES) }
}

/** What a stranger wrote, fit for a log. */
export function printable(text: string): string {
  return JSON.stringify(text.slice(0, 255).replace(/[^\x20-\x7e]/g, '?'))
}
