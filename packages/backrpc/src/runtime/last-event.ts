// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { checkRoute } from '../options'
import { Body } from '../wire/body'
import { EventMessage } from '../wire/event-message'
import { ValueTrace } from '../wire/value-trace'

type Route = readonly string[] | undefined

/** Of larger ones encoding them again is a small part of what they cost. */
const MAX_TRACED_BYTES = 1024

/**
 * Makes events. One that is told to many peers in a turn is one message for all: what a value says now is compared with
 * what the last one said, since whoever tells it may change it in between.
 */
export class LastEvent {
  private last: EventMessage | undefined
  /** What the last one said, once it was told twice. */
  private trace: ValueTrace | undefined
  /** Those of this turn that are told to many. */
  private shared: EventMessage[] = []
  private readonly forget = (): void => {
    this.last = this.trace = undefined
    // What of them waits for the end of the turn has left then
    if (this.shared.length > 0) process.nextTick(this.letGo)
  }
  private readonly letGo = (): void => {
    for (const event of this.shared) event.letGo()
    this.shared = []
  }

  /** @throws NetworkError `UNSUPPORTED_VALUE`, `TOO_LARGE`, or `INVALID_ARGUMENT` for the route */
  of(value: unknown, route: Route): EventMessage {
    const { last } = this
    const body = last !== undefined && this.trace?.matches(value) === true ? last.body : Body.of(value, last?.body)
    if (last !== undefined && body === last.body && isSame(route, last.route)) {
      if (last.share()) {
        this.shared.push(last)
        if (body.size <= MAX_TRACED_BYTES && !(value instanceof Body)) this.trace = ValueTrace.of(body.bytes)
      }
      return last
    }
    this.trace = undefined
    checkRoute(route)
    // Not kept for longer: it may be large
    if (last === undefined) process.nextTick(this.forget)
    this.last = new EventMessage(body, route?.slice())
    return this.last
  }
}

function isSame(a: Route, b: Route): boolean {
  if (a === undefined || b === undefined || a.length !== b.length) return a === b
  return a.every((text, index) => text === b[index])
}
