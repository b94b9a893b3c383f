// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ActivationContext, Reminders, Timers } from '../api/activation'
import type { RequestContext, RequestOptions } from '../api/call'
import type { ClientUuid } from '../api/identifiers'
import type { TickManager } from '../api/time'
import type { ActivationToken } from '../api/token'
import { NetworkError } from '../errors'
import { onAbort } from './abort-listeners'
import type { Activations } from './activations'
import type { HostedContainer } from './hosted-container'
import { schedule } from './schedule'

/** The same whether the container is near or far, and whichever comes first. */
const nobodyWaits =
  'Nobody waits for the answer any more: its deadline has passed, or its caller cancelled it or is gone'

/** What a container is told of one request. Most never ask: nothing is set up before they do. */
export class ContainerRequestContext implements RequestContext {
  private controller: AbortController | undefined
  readonly token: ActivationToken | undefined
  private stop: (() => void)[] | undefined

  constructor(
    private readonly tickManager: TickManager,
    readonly caller: ClientUuid | undefined,
    private readonly options: RequestOptions | undefined,
    private readonly hosted: HostedContainer,
    private readonly activations: Pick<Activations, 'of'>
  ) {
    this.token = hosted.token
  }

  get timers(): Timers {
    return this.activation.timers
  }

  get reminders(): Reminders {
    return this.activation.reminders
  }

  get deadline(): number | undefined {
    const leftMs = this.leftMs
    return leftMs === 0 ? undefined : Date.now() + leftMs
  }

  get signal(): AbortSignal {
    this.controller ??= this.watch()
    return this.controller.signal
  }

  /** Nobody waits any more, and the container may have given up for that reason: what it threw is not its own word. */
  get givenUp(): NetworkError | undefined {
    const reason: unknown = this.controller?.signal.reason
    return reason instanceof NetworkError ? reason : undefined
  }

  /** It is answered: nothing is watched any more. */
  end(): void {
    if (this.stop !== undefined) for (const stop of this.stop.splice(0)) stop()
  }

  private get activation(): ActivationContext {
    return this.activations.of(this.hosted)
  }

  /** When it was made; 0 for no deadline. */
  get leftMs(): number {
    return this.options?.timeoutMs ?? 0
  }

  private watch(): AbortController {
    const controller = new AbortController()
    const { leftMs } = this
    this.stop = []
    const cancelled = this.options?.signal
    const end = (): void => controller.abort(new NetworkError('CANCELLED', nobodyWaits))
    const late = (): void => controller.abort(new NetworkError('DEADLINE_EXCEEDED', nobodyWaits))
    if (leftMs > 0) this.stop.push(schedule(this.tickManager, leftMs, late))
    if (cancelled?.aborted === true) end()
    else if (cancelled !== undefined) this.stop.push(onAbort(cancelled, end))
    return controller
  }
}
