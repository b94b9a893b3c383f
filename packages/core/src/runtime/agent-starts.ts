// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerKind, ContainerUuid } from '../api/identifiers'
import type { ActivationToken } from '../api/token'
import type { NetworkError } from '../errors'
import type { HostedContainer } from './hosted-container'

/** One start under way. */
export interface Start {
  readonly kind: ContainerKind
  readonly token: ActivationToken | undefined
  readonly outcome: Promise<HostedContainer>
  /** Set when what it makes is not wanted any more: it is terminated, and the waiters get this. */
  doomed: NetworkError | undefined
  /** Lets the waiters go before the factory has answered. */
  abandon(error: NetworkError): void
}

/** What is known of a start before it runs. */
export interface StartRequest {
  readonly kind: ContainerKind
  readonly uuid: ContainerUuid | undefined
  readonly token: ActivationToken | undefined
}

const ignore = (): void => {}

/** The starts under way on an agent: one at a time for a uuid, any number without. */
export class AgentStarts {
  private readonly byUuid = new Map<ContainerUuid, Start>()
  private readonly all = new Set<Start>()

  get(uuid: ContainerUuid): Start | undefined {
    return this.byUuid.get(uuid)
  }

  list(): Start[] {
    return [...this.all]
  }

  /** Runs `work`, which must not throw, as the start of that uuid; it must not have one. */
  begin({ kind, uuid, token }: StartRequest, work: (start: Start) => Promise<HostedContainer>): Start {
    let settle: { resolve(hosted: HostedContainer): void; reject(error: unknown): void }
    const outcome = new Promise<HostedContainer>((resolve, reject) => (settle = { resolve, reject }))
    outcome.catch(ignore)
    const start: Start = { kind, token, outcome, doomed: undefined, abandon: (error) => settle.reject(error) }
    this.all.add(start)
    if (uuid !== undefined) this.byUuid.set(uuid, start)
    work(start).then(
      (hosted) => {
        this.ended(start, uuid)
        settle.resolve(hosted)
      },
      (error) => {
        this.ended(start, uuid)
        settle.reject(error)
      }
    )
    return start
  }

  /** Gives the start of that uuid up: what it makes is not wanted any more, and another one may begin. */
  giveUp(uuid: ContainerUuid, error: NetworkError): void {
    const start = this.byUuid.get(uuid)
    if (start === undefined) return
    this.byUuid.delete(uuid)
    start.doomed ??= error
    start.abandon(error)
  }

  /** Resolves when the start of that uuid, if there is one, has ended either way. */
  async settled(uuid: ContainerUuid): Promise<void> {
    await this.byUuid.get(uuid)?.outcome.catch(ignore)
  }

  private ended(start: Start, uuid: ContainerUuid | undefined): void {
    this.all.delete(start)
    if (uuid !== undefined && this.byUuid.get(uuid) === start) this.byUuid.delete(uuid)
  }
}
