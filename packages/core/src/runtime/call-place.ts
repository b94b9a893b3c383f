// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { CallChain, CallHop } from '../api/turns'
import { NetworkError } from '../errors'
import { limits } from '../limits'
import { requestName } from '../operations'
import { CallScope } from './call-scope'
import type { HostedContainer } from './hosted-container'

/** One call that a container serves for others, or in a turn: from its beginning to its end. */
export class CallPlace {
  readonly scope: CallScope

  /**
   * @param joined it was made in a turn that runs there, and waits for it
   * @param onLeft its turn is told
   */
  constructor(
    chain: CallChain,
    readonly joined: boolean,
    private readonly onLeft: () => void = () => {}
  ) {
    this.scope = new CallScope(chain)
  }

  /** It has ended. */
  leave(): void {
    this.scope.end()
    this.onLeft()
  }
}

/**
 * The calls for which one is made and that one itself.
 *
 * @throws NetworkError `TOO_LARGE` beyond the limit: calls that call each other without end
 */
export function longer(chain: CallChain, hop: CallHop, { details }: HostedContainer): CallChain {
  if (chain.length < limits.maxCallHops) return [...chain, hop]
  const what = requestName(hop.uuid, hop.operation)
  const text = `The ${what} was not executed: it is made for ${chain.length} others, one for the other; at most ${limits.maxCallHops} are allowed`
  throw new NetworkError('TOO_LARGE', text, details)
}
