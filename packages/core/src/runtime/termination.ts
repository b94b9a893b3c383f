// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NotYet, TerminateContext } from '../api/termination'
import { checkObject } from '../arguments'
import { NetworkError, type NetworkErrorDetails } from '../errors'
import { maxReasonChars } from '../validators/records'
import { maxMs } from './agent-options'

/** One call of a container's `terminate()`, and what the container says of it. */
export class Termination implements TerminateContext {
  /** Resolves when the container has said that it cannot end yet. */
  readonly postponed: Promise<void>
  said: NotYet | undefined
  isFinished = false
  /** Hears that the work is done, once the container is known to go on until then. */
  onFinished?: () => void
  private resolve!: () => void
  private settled = false

  constructor(
    readonly reason: string,
    readonly final: boolean,
    readonly deadline: number,
    private readonly details: NetworkErrorDetails
  ) {
    this.postponed = new Promise((resolve) => (this.resolve = resolve))
  }

  // Containers pass these on by themselves

  readonly notYet = (why: NotYet): void => {
    const { reason, withinMs } = checkObject(why, 'why a container cannot end yet')
    if (this.final) throw this.refusal('this end is final')
    if (this.settled) throw this.refusal('its terminate() has settled, or took too long: say it before')
    if (withinMs !== undefined && !(typeof withinMs === 'number' && withinMs >= 0))
      throw this.refusal(`withinMs must be a number of milliseconds, got ${String(withinMs)}`)
    // It goes to the coordinator, which must not fail to read it
    const said = { reason: String(reason).slice(0, maxReasonChars) }
    this.said = withinMs === undefined || withinMs > maxMs ? said : { ...said, withinMs }
    this.resolve()
  }

  readonly finished = (): void => {
    if (this.isFinished || this.said === undefined) return
    this.isFinished = true
    this.onFinished?.()
  }

  /** What it says from now on does not count. */
  settle(): NotYet | undefined {
    this.settled = true
    return this.said
  }

  private refusal(why: string): NetworkError {
    const text = `Container ${this.details.uuid} cannot put off its end: ${why}`
    return new NetworkError('INVALID_ARGUMENT', text, this.details)
  }
}
