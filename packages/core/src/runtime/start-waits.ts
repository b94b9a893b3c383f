// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerUuid } from '../api/identifiers'
import type { NetworkError } from '../errors'

interface Wait {
  count: number
  failure: NetworkError | undefined
}

/** Starts that have not begun, since what was there before them under their uuid has not ended. */
export class StartWaits {
  private readonly byUuid = new Map<ContainerUuid, Wait>()

  /** Resolves after `work`; rejects as it does, or with what that uuid {@link fail}ed with meanwhile. */
  async until(uuid: ContainerUuid, work: Promise<unknown>): Promise<void> {
    const wait = this.byUuid.get(uuid) ?? { count: 0, failure: undefined }
    this.byUuid.set(uuid, wait)
    wait.count++
    try {
      await work
    } finally {
      if (--wait.count === 0 && this.byUuid.get(uuid) === wait) this.byUuid.delete(uuid)
    }
    if (wait.failure !== undefined) throw wait.failure
  }

  /** Some wait. */
  has(uuid: ContainerUuid): boolean {
    return this.byUuid.has(uuid)
  }

  /** None of those that wait now begins; later ones may. */
  fail(uuid: ContainerUuid, failure: NetworkError): void {
    const wait = this.byUuid.get(uuid)
    if (wait === undefined) return
    wait.failure = failure
    this.byUuid.delete(uuid)
  }
}
