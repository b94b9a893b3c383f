// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Container } from '../api/container'
import type { ContainerKind, ContainerUuid } from '../api/identifiers'
import { NetworkError, messageOf } from '../errors'
import type { ResolvedAgentOptions } from './agent-options'
import { bounded } from './bounded'
import { contain } from './contain'
import type { Deadlines } from './deadlines'

/** Which container ends, for logs and limits. */
export interface Ending {
  readonly container: Container
  readonly kind: ContainerKind
  readonly uuid: ContainerUuid | undefined
}

/** The end of a container's own code. What it throws, or never finishes, goes to the log. */
export class ContainerEnd {
  constructor(
    private readonly deadlines: Deadlines,
    private readonly options: ResolvedAgentOptions
  ) {}

  /** `terminate()`, then `between`, then `onTerminated()`; never rejects. */
  async run({ container, kind, uuid }: Ending, between: () => void = () => {}): Promise<void> {
    const timeoutMs = this.options.terminateMs(kind)
    const expired = (): NetworkError =>
      new NetworkError('DEADLINE_EXCEEDED', `terminate() took longer than ${timeoutMs} ms`, { uuid, kind })
    try {
      await bounded(this.deadlines, timeoutMs, async () => await container.terminate(), expired)
    } catch (error) {
      this.options.logger.warn('A container did not terminate in order', { uuid, kind, error: messageOf(error) })
    }
    between()
    contain(
      () => container.onTerminated?.(),
      (error) => {
        this.options.logger.warn('onTerminated of a container failed', { uuid, kind, error: messageOf(error) })
      }
    )
  }
}
