// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Logger } from '@hcengineering/network-core'
import type { ZmtpRule, ZmtpViolation } from '../wire/zmtp-violation'

/** Counts what peers were refused for. Each rule is logged as a warning once, so that a flood does not fill the log. */
export class RefusalLog {
  private readonly counts = new Map<ZmtpRule, number>()

  constructor(private readonly logger: Logger) {}

  /** How often a peer was refused, by the rule it broke. */
  get refusals(): ReadonlyMap<ZmtpRule, number> {
    return this.counts
  }

  /** @param where the listener, or whom we connected to */
  refused({ rule, message }: ZmtpViolation, where: string): void {
    const count = (this.counts.get(rule) ?? 0) + 1
    this.counts.set(rule, count)
    const fields = { where, rule, reason: message, count }
    if (count === 1) this.logger.warn('A peer was refused; further ones of this kind are logged as debug', fields)
    else this.logger.debug('A peer was refused', fields)
  }
}
