// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  checkName,
  messageOf,
  NetworkError,
  type CancelSignal,
  type Logger,
  type StreamOpening
} from '@hcengineering/network-core'
import { checkRoute, checkTimeout } from '../options'
import type { BackRPCCaller, BackRPCRequestOptions } from '../rpc-types'
import type { NewRequest, PendingRequest } from '../session/request-table'
import { Body } from '../wire/body'

const nothing = (): void => {}

/** Who waits for the answer of a request. */
export interface Caller extends BackRPCCaller {
  /** It only passes the result on. */
  unread?: boolean
  /** Called when it is settled. */
  settled?: () => void
}

/** What a call needs of the sessions. */
export interface CallPort<Peer> {
  /** Why it is not accepted, if it is not. */
  ask(peer: Peer, asked: NewRequest<Caller>): PendingRequest<Caller> | NetworkError
  cancel(peer: Peer, request: PendingRequest<Caller>, error: NetworkError): void
}

/** Makes a request of a session. */
export function call<Peer>(
  port: CallPort<Peer>,
  peer: Peer,
  method: string,
  params: unknown,
  options: BackRPCRequestOptions,
  defaultTimeoutMs: number
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // All its fields at once: one that is added later costs an object
    const caller = { resolve, reject, unread: false, settled: undefined }
    ask(port, peer, method, params, options, defaultTimeoutMs, caller)
  })
}

/** {@link call} for who keeps no promise. Aborting the signal cancels it. Answers with the request, if it is under way. */
export function ask<Peer>(
  port: CallPort<Peer>,
  peer: Peer,
  method: string,
  params: unknown,
  { timeoutMs, resend = true, what, unread, signal, route }: BackRPCRequestOptions,
  defaultTimeoutMs: number,
  caller: Caller,
  opening?: StreamOpening
): PendingRequest<Caller> | undefined {
  let asked: NewRequest<Caller>
  try {
    checkName(method, 'method')
    checkRoute(route)
    const limitMs = timeoutMs === undefined ? defaultTimeoutMs : checkTimeout(timeoutMs)
    if (signal !== undefined) checkSignal(signal)
    if (signal?.aborted === true) throw cancelled(signal)
    asked = {
      method,
      what,
      route,
      body: Body.of(params),
      tag: caller,
      resend,
      early: false,
      timeoutMs: limitMs,
      opening
    }
  } catch (error) {
    caller.reject(error as Error)
    return undefined
  }
  if (unread === true) caller.unread = true
  const request = port.ask(peer, asked)
  if (request instanceof NetworkError) {
    caller.reject(request)
    return undefined
  }
  if (signal === undefined) return request
  const abort = (): void => port.cancel(peer, request, cancelled(signal))
  signal.addEventListener('abort', abort)
  caller.settled = () => signal.removeEventListener('abort', abort)
  return request
}

/** Hands the answer to who waits for it. */
export function answered({ asked: { tag } }: PendingRequest<Caller>, body: Body): void {
  tag.settled?.()
  if (tag.unread === true) return tag.resolve(body)
  let value: unknown
  try {
    value = body.value
  } catch (error) {
    return tag.reject(NetworkError.from(error))
  }
  tag.resolve(value)
}

/** Tells who waits why there is no answer. */
export function failed({ asked: { tag }, attempts, stream }: PendingRequest<Caller>, error: NetworkError): void {
  stream?.refused(attempts > 0, error)
  tag.settled?.()
  tag.reject(error)
}

function checkSignal(signal: CancelSignal): void {
  if (typeof signal.addEventListener === 'function') return
  throw new NetworkError('INVALID_ARGUMENT', `A signal must be an AbortSignal, got ${typeof signal}`)
}

function cancelled({ reason }: CancelSignal): NetworkError {
  const why = reason instanceof Error ? `: ${reason.message}` : ''
  return new NetworkError('CANCELLED', `The caller cancelled the request${why}`, { cause: reason })
}

/** Calls a user's handler: what it throws, now or later, is logged and goes no further. Answers when it has settled. */
export function callHandler(logger: Logger, name: string, handler: () => unknown): Promise<void> | undefined {
  try {
    const result = handler()
    return isPromise(result) ? result.then(nothing, (error) => handlerFailed(logger, name, error)) : undefined
  } catch (error) {
    handlerFailed(logger, name, error)
    return undefined
  }
}

function handlerFailed(logger: Logger, name: string, error: unknown): void {
  logger.error(`${name} failed`, { error: messageOf(error) })
}

/** One effect could not be carried out: the others are all the same. */
export function logFailure(logger: Logger, error: unknown): void {
  try {
    logger.error('Something failed that must not fail', { error: messageOf(error) })
  } catch {
    // It was the logger itself
  }
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
