// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Reminder, ReminderKeeper, ReminderOptions, Reminders } from '../api/activation'
import { NetworkError } from '../errors'
import { plainReminderData } from '../extra'
import { checkName } from '../labels'
import { limits } from '../limits'
import type { HostedContainer } from './hosted-container'

/** The reminders of one container, as its code sees them. */
export class ContainerReminders implements Reminders {
  /** @param keeper whom the agent is registered with, where that keeps reminders */
  constructor(
    private readonly hosted: HostedContainer,
    private readonly keeper: () => ReminderKeeper | undefined
  ) {}

  async set(name: string, options: ReminderOptions): Promise<void> {
    const { kind, container, details } = this.hosted
    checkName(name, 'the name of a reminder')
    if (typeof container.reminded !== 'function') {
      throw new NetworkError('INVALID_ARGUMENT', `Containers of kind '${kind}' have no method 'reminded'`, details)
    }
    const checked = checkReminder(options)
    await this.kept().set(this.owner, name, checked)
  }

  async cancel(name: string): Promise<boolean> {
    checkName(name, 'the name of a reminder')
    return await this.kept().cancel(this.owner, name)
  }

  async list(): Promise<Reminder[]> {
    return await this.kept().list(this.owner)
  }

  private get owner(): Parameters<ReminderKeeper['list']>[0] {
    const { uuid, token } = this.hosted
    return token === undefined ? { uuid } : { uuid, token }
  }

  private kept(): ReminderKeeper {
    const keeper = this.keeper()
    if (keeper !== undefined) return keeper
    const { uuid, details } = this.hosted
    const text = `Reminders of container ${uuid} are kept by a coordinator, and its agent is registered with none`
    throw new NetworkError('UNAVAILABLE', text, details)
  }
}

/** The options, with nothing in them that is absent. Else `INVALID_ARGUMENT`, `UNSUPPORTED_VALUE` or `TOO_LARGE`. */
export function checkReminder(options: ReminderOptions): ReminderOptions {
  if (typeof options !== 'object' || options === null) throw invalid('The options of a reminder must be an object')
  const { afterMs, at, everyMs, data } = options
  if (afterMs !== undefined && at !== undefined) throw invalid(`A reminder has 'afterMs' or 'at', not both`)
  if (afterMs === undefined && at === undefined && everyMs === undefined) {
    throw invalid(`A reminder needs a time: 'afterMs' (0 is at once), 'at' or 'everyMs'`)
  }
  const checked: ReminderOptions = {}
  if (afterMs !== undefined) checked.afterMs = milliseconds('afterMs', afterMs, 0)
  if (at !== undefined) checked.at = milliseconds('at', at, 0)
  if (everyMs !== undefined) checked.everyMs = milliseconds('everyMs', everyMs, limits.minReminderIntervalMs)
  if (data !== undefined) checked.data = plainReminderData(data)
  return checked
}

function milliseconds(name: string, value: unknown, least: number): number {
  if (typeof value === 'number' && value >= least && value <= Number.MAX_SAFE_INTEGER) return Math.ceil(value)
  const bounds = `${least} to ${Number.MAX_SAFE_INTEGER}`
  throw invalid(`${name} of a reminder must be a number of milliseconds, ${bounds}, got ${String(value)}`)
}

function invalid(text: string): NetworkError {
  return new NetworkError('INVALID_ARGUMENT', text)
}
