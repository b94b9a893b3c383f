// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { unpack, pack } from '../../batch'
import { decode, decodePart, encode, isPart } from '../../codec'
import type { Frames } from '../../frames'
import type { Message } from '../../message'
import { isProtocol2 } from '../../protocol-2-format'
import { cloneValue, decodeValue, encodeValue } from '../../values'
import { protocol1, protocol2 } from '../../version'
import { isSame } from './same'
import { batchSeeds, frameSeeds, valueSeeds, zmtpSeeds } from './seeds'
import { runZmtp } from './zmtp-target'

/** Something that takes bytes from anyone. */
export interface Target {
  readonly name: string
  /** Inputs to begin with. */
  seeds(): Uint8Array[]
  /** Takes one, and throws when a rule is broken. */
  run(input: Uint8Array): void
}

export const targets: readonly Target[] = [
  { name: 'values', seeds: valueSeeds, run: runValues },
  { name: 'messages', seeds: frameSeeds, run: (input) => check(framesOf(input)) },
  { name: 'batches', seeds: batchSeeds, run: runBatch },
  { name: 'zmtp', seeds: zmtpSeeds, run: runZmtp }
]

/** Codes that say that what came is no good. */
const badInput: ReadonlySet<string> = new Set(['PROTOCOL_ERROR', 'TOO_LARGE'])
/** And those which say that it is, but cannot be said in the other protocol. */
const badOutput: ReadonlySet<string> = new Set([...badInput, 'UNSUPPORTED_VALUE'])

/** What `run` answers; `undefined` when it throws an error that it may throw. */
function attempt<T>(codes: ReadonlySet<string>, run: () => T): { readonly value: T } | undefined {
  try {
    return { value: run() }
  } catch (error) {
    if (error instanceof NetworkError && codes.has(error.code)) return undefined
    throw error
  }
}

function same(one: unknown, other: unknown, what: string): void {
  if (!isSame(one, other)) throw new Error(`${what} is another: ${show(one)} and ${show(other)}`)
}

function show(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one))?.slice(0, 500)
}

function runValues(input: Uint8Array): void {
  const decoded = attempt(badInput, () => decodeValue(input))
  if (decoded === undefined) return
  const { value } = decoded
  const encoded = encodeValue(value)
  const again = decodeValue(encoded)
  same(value, again, 'What was decoded and encoded')
  same(encoded, encodeValue(again), 'The encoding of what was decoded and encoded')
  same(value, cloneValue(value), 'The clone')
}

/** Frames of an input: each has its length before it in a byte, where 255 is all that is left. */
function framesOf(input: Uint8Array): Frames {
  const frames: Uint8Array[] = []
  for (let at = 0; at < input.length && frames.length < 10;) {
    const length = input[at] === 255 ? input.length : input[at]
    frames.push(input.subarray(at + 1, at + 1 + length))
    at += 1 + length
  }
  return frames
}

function runBatch(input: Uint8Array): void {
  const messages = unpack([input])
  if (messages.length > 4097) throw new Error(`A batch of ${messages.length} messages`)
  for (const frames of messages) check(frames)
  const read = messages.filter((frames) => frames.length > 0)
  if (input[0] === 0xc0 && read.length > 0) same(unpack(pack(read)), read, 'A batch packed again')
}

/** Decodes frames, and what comes of it encoded in their protocol. */
function check(frames: Frames): void {
  const message = decode(frames)
  const [first] = frames
  if (frames.length === 1 && isPart(first, 0, first.length)) {
    same(contentOf(message), contentOf(decodePart(first, 0, first.length)), 'The message where it lies')
  }
  if (message.kind === 'garbage' || message.kind === 'unknown') return
  const content = contentOf(message)
  if (content === undefined) return
  const version = isProtocol2(frames) ? protocol2 : protocol1
  const encoded = attempt(badOutput, () => {
    if ('body' in message) message.body.checkFor(version.major)
    return encode(message, version)
  })
  if ('body' in message) for (const form of ['bytes', 'json'] as const) attempt(badOutput, () => message.body[form])
  if (encoded?.value === undefined) return
  const again = contentOf(decode(encoded.value))
  same(version === protocol1 ? nulls(again) : again, version === protocol1 ? nulls(content) : content, 'The message')
}

/** A message with what its body says; of one whose body says nothing `undefined`. */
function contentOf(message: Message): unknown {
  if (message.kind === 'garbage') return { kind: message.kind, reason: message.reason }
  // Who writes it cuts it
  if (message.kind === 'gap') return { ...message, reason: message.reason.slice(0, 64) }
  if (!('body' in message)) return message
  const value = attempt(badInput, () => message.body.value)
  return value === undefined ? undefined : { ...message, body: value.value }
}

/** As protocol 1 says it: `undefined` is `null`. */
function nulls(content: unknown): unknown {
  return JSON.parse(JSON.stringify(content, (_key, one: unknown) => (one === undefined ? null : one)))
}
