// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { checkRoute } from '../options'
import { Body } from '../wire/body'
import { EventMessage } from '../wire/event-message'

type Route = readonly string[] | undefined

/**
 * Makes events. One that is told to many peers in a turn is one message for all: what a value says now is compared with
 * what the last one said, since whoever tells it may change it in between.
 */
export class LastEvent {
  private last: EventMessage | undefined
  /** Those of this turn that are told to many. */
  private shared: EventMessage[] = []
  private readonly forget = (): void => {
    this.last = undefined
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
    const body = Body.of(value, last?.body)
    if (last !== undefined && body === last.body && isSame(route, last.route)) {
      if (last.share()) this.shared.push(last)
      return last
    }
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
