// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerKind, ContainerUuid } from '../api/identifiers'
import type { HostedContainer } from './hosted-container'

/** The containers of an agent, by uuid and by kind, oldest first. */
export class HostedTable {
  private readonly byUuid = new Map<ContainerUuid, HostedContainer>()
  private readonly byKind = new Map<ContainerKind, Set<HostedContainer>>()

  get(uuid: ContainerUuid): HostedContainer | undefined {
    return this.byUuid.get(uuid)
  }

  all(): Iterable<HostedContainer> {
    return this.byUuid.values()
  }

  ofKind(kind: ContainerKind): Iterable<HostedContainer> {
    return this.byKind.get(kind) ?? []
  }

  add(hosted: HostedContainer): void {
    this.byUuid.set(hosted.uuid, hosted)
    const sameKind = this.byKind.get(hosted.kind) ?? new Set()
    this.byKind.set(hosted.kind, sameKind.add(hosted))
  }

  /** Removes that very one: its uuid may have a successor. */
  remove(hosted: HostedContainer): void {
    if (this.byUuid.get(hosted.uuid) === hosted) this.byUuid.delete(hosted.uuid)
    const sameKind = this.byKind.get(hosted.kind)
    sameKind?.delete(hosted)
    if (sameKind?.size === 0) this.byKind.delete(hosted.kind)
  }
}
