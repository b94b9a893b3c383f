// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Container } from '../api/container'
import type { ContainerKind, ContainerUuid } from '../api/identifiers'
import type { RetireOptions } from '../api/termination'
import { NetworkError, messageOf } from '../errors'
import type { ResolvedAgentOptions } from './agent-options'
import { bounded } from './bounded'
import { contain } from './contain'
import type { Deadlines } from './deadlines'
import type { HostedContainer } from './hosted-container'
import { Termination } from './termination'

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

  /** `terminate()`, then, unless it cannot end yet, `between` and `onTerminated()`; never rejects. */
  async run(ending: Ending, how: RetireOptions, between: () => void = () => {}): Promise<Termination> {
    const { container, kind, uuid } = ending
    const timeoutMs = this.options.terminateMs(kind)
    const termination = new Termination(how.reason, how.final, Date.now() + timeoutMs, { uuid, kind })
    const terminate = async (): Promise<void> => await container.terminate(termination)
    const settled = async (): Promise<void> => {
      const terminated = terminate()
      // Fails when nobody waits for it any more
      terminated.catch((error: unknown) => this.failed(termination.said && ending, 'did not prepare its end', error))
      await Promise.race([terminated, termination.postponed])
    }
    try {
      await bounded(this.deadlines, timeoutMs, settled, () => late(ending, 'terminate()', timeoutMs))
    } catch (error) {
      this.failed(ending, 'did not terminate in order', error)
    }
    if (termination.settle() !== undefined) return termination
    between()
    contain(
      () => container.onTerminated?.(),
      (error) => this.failed(ending, 'failed in onTerminated', error)
    )
    return termination
  }

  /**
   * When its requests have been answered, or have taken too long: what it leaves to its successor, if it moves; `undefined` when
   * nothing, or not in time.
   */
  async last(hosted: HostedContainer, copyState: RetireOptions['copyState'] = (state) => state): Promise<unknown> {
    const timeoutMs = this.options.terminateMs(hosted.kind)
    const { moves, parts, container } = hosted
    const work = async (): Promise<unknown> => {
      await hosted.idle()
      const state: unknown = parts.stateless || !moves ? undefined : await container.dehydrate?.()
      return state === undefined ? undefined : copyState(state)
    }
    const what = moves ? 'its requests, or dehydrate(),' : 'its turn'
    try {
      return await bounded(this.deadlines, timeoutMs, work, () => late(hosted, what, timeoutMs))
    } catch (error) {
      this.failed(hosted, moves ? 'moves without its state' : 'ends in the middle of a turn', error)
      return undefined
    }
  }

  /** It is wanted again. */
  restore({ container, kind, uuid }: Ending): void {
    contain(
      () => container.restore?.(),
      (error) => this.failed({ container, kind, uuid }, 'failed in restore', error)
    )
  }

  private failed(ending: Ending | undefined, how: string, error: unknown): void {
    if (ending === undefined) return
    const { uuid, kind } = ending
    this.options.logger.warn(`A container ${how}`, { uuid, kind, error: messageOf(error) })
  }
}

function late({ uuid, kind }: Ending, what: string, timeoutMs: number): NetworkError {
  return new NetworkError('DEADLINE_EXCEEDED', `${what} took longer than ${timeoutMs} ms`, { uuid, kind })
}
