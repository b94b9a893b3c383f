// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  checkMethods,
  checkName,
  messageOf,
  NetworkError,
  onAbort,
  type CallChain,
  type Caller,
  type CancelSignal,
  type Logger,
  type StreamOpening
} from '@hcengineering/network-core'
import { checkRoute, checkTimeout } from '../options'
import type { BackRPCRequestOptions } from '../rpc-types'
import type { NewRequest, PendingRequest } from '../session/request-table'
import { Body } from '../wire/body'

const nothing = (): void => {}

/** One request on its way: what is asked, and who waits for the answer. */
export class Call implements NewRequest<Call> {
  early = false
  /** Stops to listen to the signal. */
  ended: (() => void) | undefined = undefined

  constructor(
    readonly method: string,
    readonly what: NewRequest<Call>['what'],
    readonly route: readonly string[] | undefined,
    readonly body: Body,
    readonly resend: NewRequest<Call>['resend'],
    readonly timeoutMs: number,
    /** Its caller only passes the result on. */
    readonly unread: boolean,
    readonly caller: Caller,
    readonly opening: StreamOpening | undefined,
    readonly chain: CallChain | undefined,
    readonly passedOn: boolean
  ) {}

  get tag(): this {
    return this
  }
}

/** What a call needs of the sessions. */
export interface CallPort<Peer> {
  /** Why it is not accepted, if it is not. */
  ask(peer: Peer, asked: Call): PendingRequest<Call> | NetworkError
  cancel(peer: Peer, request: PendingRequest<Call>, error: NetworkError): void
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
    ask(port, peer, method, params, options, defaultTimeoutMs, { resolve, reject })
  })
}

/** {@link call} for who keeps no promise. Aborting the signal cancels it. Answers with the request, if it is under way. */
export function ask<Peer>(
  port: CallPort<Peer>,
  peer: Peer,
  method: string,
  params: unknown,
  { timeoutMs, resend = true, what, unread = false, signal, route, chain, passedOn = false }: BackRPCRequestOptions,
  defaultTimeoutMs: number,
  caller: Caller,
  opening?: StreamOpening
): PendingRequest<Call> | undefined {
  let asked: Call
  try {
    checkName(method, 'method')
    checkRoute(route)
    const limitMs = timeoutMs === undefined ? defaultTimeoutMs : checkTimeout(timeoutMs)
    if (signal !== undefined) checkMethods(signal, 'signal', ['addEventListener', 'removeEventListener'])
    if (signal?.aborted === true) throw cancelled(signal)
    const body = Body.of(params)
    asked = new Call(method, what, route, body, resend, limitMs, unread, caller, opening, chain, passedOn)
    caller.keep?.(body)
  } catch (error) {
    caller.reject(error as Error)
    return undefined
  }
  const request = port.ask(peer, asked)
  if (request instanceof NetworkError) {
    caller.reject(request)
    return undefined
  }
  if (signal !== undefined) cancelWith(signal, port, peer, request)
  return request
}

/** Its own closures are made only where there is a signal. */
function cancelWith<Peer>(signal: CancelSignal, port: CallPort<Peer>, peer: Peer, request: PendingRequest<Call>): void {
  request.asked.tag.ended = onAbort(signal, () => port.cancel(peer, request, cancelled(signal)))
}

/** Hands the answer to who waits for it. */
export function answered({ asked: { tag } }: PendingRequest<Call>, body: Body): void {
  tag.ended?.()
  if (tag.unread) return tag.caller.resolve(body)
  let value: unknown
  try {
    value = body.value
  } catch (error) {
    return tag.caller.reject(NetworkError.from(error))
  }
  tag.caller.resolve(value)
}

/** Tells who waits why there is no answer. */
export function failed({ asked: { tag }, attempts, stream }: PendingRequest<Call>, error: NetworkError): void {
  stream?.refused(attempts > 0, error)
  tag.ended?.()
  tag.caller.reject(error)
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
