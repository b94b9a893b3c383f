// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerKind, KeptReminder } from '@hcengineering/network-core'
import type { Command } from '../command'
import { exitCodes } from '../exit-codes'
import { counted, span, time } from '../output/text'

export const reminders: Command = {
  name: 'reminders',
  summary: 'Lists the reminders that the coordinator keeps, of containers that run and of those that do not',
  description:
    'A reminder that cannot be delivered comes again for ever, every five minutes at last: of each it says how often that has ' +
    'failed since it was set or the coordinator started, and why. What it carries is not shown. Those of containers that are no ' +
    'more are taken back by cancel-reminder.',
  options: [
    { name: 'kind', short: 'k', value: 'kind', summary: 'Only those of that kind', completion: 'kinds' },
    { name: 'uuid', short: 'u', value: 'uuid', summary: 'Only those of that container', completion: 'containers' },
    { name: 'failing', short: 'f', summary: 'Only those that could not be delivered' }
  ],
  examples: ['network reminders --failing', 'network reminders --uuid lobby --json'],
  run: async ({ connect, output, values }) => {
    const client = await connect()
    const kind = values.text('kind')
    const uuid = values.text('uuid')
    const failing = values.flag('failing')
    const kept = await client.reminders(kind as ContainerKind | undefined)
    const now = Date.now()
    await output.rows(
      kept.filter((one) => (uuid === undefined || one.uuid === uuid) && (!failing || one.failures !== undefined)),
      [
        { title: 'CONTAINER', cell: (one) => one.uuid },
        { title: 'KIND', cell: ({ kind }) => kind },
        { title: 'REMINDER', cell: ({ name }) => name },
        { title: 'DUE', cell: ({ at }) => time(at) },
        { title: 'EVERY', cell: ({ everyMs }) => (everyMs === undefined ? '-' : span(everyMs)) },
        { title: 'TROUBLE', cell: (one) => troubleOf(one, now) }
      ],
      `There are no ${kind === undefined && uuid === undefined && !failing ? '' : 'such '}reminders`
    )
    return exitCodes.ok
  }
}

function troubleOf({ failures, retryAt = 0, lastError = '' }: KeptReminder, now: number): string {
  if (failures === undefined) return ''
  const again = retryAt > now ? `again in ${span(retryAt - now)}` : 'being tried again'
  return `failed ${counted(failures, 'time')}, ${again}: ${lastError}`
}
