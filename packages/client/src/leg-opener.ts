// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type ActivationToken, type ContainerUuid, type TickManager } from '@hcengineering/network-core'
import { Leg, type LegHandlers } from './leg'
import type { Line } from './line'
import type { LineTable } from './line-table'
import type { ResolvedClientOptions } from './options'
import { routeKey, type Route } from './routes'
import { deferred } from './waits'

/** What channels need of their client. */
export interface ChannelHost {
  readonly tickManager: TickManager
  readonly options: ResolvedClientOptions
  readonly relay: Line
  readonly lines: LineTable
  /** The way to the container, by what is known of it. */
  route(uuid: ContainerUuid): Promise<Route>
  /** Resolves when the coordinator knows that this client holds the container. */
  held(uuid: ContainerUuid, timeoutMs: number): Promise<void>
  /** The latest activation that is known. */
  latest(uuid: ContainerUuid): ActivationToken | undefined
  /** Asks the coordinator where the container is. */
  locate(uuid: ContainerUuid): Promise<void>
}

/** How long a server that is connected may take to connect a container: calls of a living process take milliseconds. */
const connectMs = 5000

const movedStage = 'the container moved'

/** Opens the best leg there is: direct, else through the coordinator. */
export class LegOpener {
  /** The direct way that did not work; not tried again until the container moves. */
  private avoided: string | undefined
  private directFailure: NetworkError | undefined
  /** Ends the attempt that is under way. */
  private startOver: (() => void) | undefined

  constructor(
    private readonly uuid: ContainerUuid,
    private readonly host: ChannelHost,
    private readonly handlers: LegHandlers
  ) {}

  /** The line that way cannot be had. */
  avoid(key: string): void {
    this.avoided = key
  }

  /** The container moved: every way is worth a try. */
  forgive(): void {
    this.avoided = undefined
    this.directFailure = undefined
    this.startOver?.()
  }

  /** Which line the next leg would take. */
  async routeKey(): Promise<string> {
    const key = routeKey(await this.host.route(this.uuid))
    return key === this.avoided ? this.host.relay.key : key
  }

  /** @param beforeConnect called before the first event of the new leg can come */
  async open(beforeConnect: () => void): Promise<Leg> {
    const moved = deferred<void>()
    this.startOver = () => moved.resolve()
    const direct = await this.openDirect(beforeConnect, moved.promise)
    return direct ?? (await this.openRelay(beforeConnect))
  }

  /** Nothing when there is no direct way, or none that works. */
  private async openDirect(beforeConnect: () => void, moved: Promise<void>): Promise<Leg | undefined> {
    const { host } = this
    const route = await host.route(this.uuid)
    if (route.via === 'relay' || routeKey(route) === this.avoided) return undefined
    const line = host.lines.acquire(route)
    if (line === undefined) return undefined
    const leg = new Leg(line, this.uuid, this.handlers, () => host.lines.release(line))
    // Waiting for the old place would be in vain.
    const elsewhere = moved.then(() => Promise.reject(this.movedError()))
    try {
      await Promise.race([line.ready(host.options.directTimeoutMs), elsewhere])
    } catch (error) {
      await leg.retire({ moved: false, forgotten: true })
      this.directFailure = NetworkError.from(error, 'UNAVAILABLE')
      if (this.directFailure.stage === movedStage) throw error
      this.avoided = line.key
      return undefined
    }
    return await this.connect(leg, connectMs, beforeConnect)
  }

  private async openRelay(beforeConnect: () => void): Promise<Leg> {
    const { relay, options } = this.host
    await this.host.held(this.uuid, options.requestTimeoutMs)
    const leg = new Leg(relay, this.uuid, this.handlers, () => {})
    try {
      return await this.connect(leg, options.requestTimeoutMs, beforeConnect)
    } catch (error) {
      const { directFailure } = this
      if (directFailure === undefined || !(error instanceof NetworkError)) throw error
      throw new NetworkError(error.code, `${error.message} (and directly: ${directFailure.message})`, {
        uuid: this.uuid,
        stage: error.stage,
        cause: error
      })
    }
  }

  private movedError(): NetworkError {
    const text = `Container ${this.uuid} moved while it was being connected`
    return new NetworkError('UNAVAILABLE', text, { uuid: this.uuid, stage: movedStage })
  }

  private async connect(leg: Leg, timeoutMs: number, beforeConnect: () => void): Promise<Leg> {
    beforeConnect()
    try {
      await leg.open(timeoutMs)
      if (leg.isBefore(this.host.latest(this.uuid))) throw this.movedError()
      return leg
    } catch (error) {
      // It may have been heard all the same.
      void leg.retire({ moved: false, forgotten: false })
      throw error
    }
  }
}
