// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerUuid } from '@hcengineering/network-core'
import type { Command } from '../command'
import { exitCodes } from '../exit-codes'

export const cancelReminder: Command = {
  name: 'cancel-reminder',
  summary: 'Takes a reminder back, in place of its container',
  description:
    'For reminders of containers that are no more: of a kind that nobody offers any longer, or that cannot be started. A container ' +
    'that lives on cancels its own, and may set this one again. There is no way back.',
  arguments: [
    { name: 'uuid', summary: 'The container' },
    { name: 'name', summary: 'The reminder, as `network reminders` lists it' }
  ],
  examples: ['network cancel-reminder lobby close-at-night'],
  run: async ({ connect, output, values }) => {
    const client = await connect()
    const uuid = values.argument('uuid') as ContainerUuid
    const name = values.argument('name')
    const cancelled = await client.cancelReminder(uuid, name)
    if (output.json) await output.value({ uuid, name, cancelled })
    else await output.line(cancelled ? `${name} of ${uuid} is cancelled` : `${uuid} has no reminder ${name}`)
    return cancelled ? exitCodes.ok : exitCodes.notFound
  }
}
