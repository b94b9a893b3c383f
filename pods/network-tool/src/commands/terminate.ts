// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerUuid } from '@hcengineering/network-core'
import type { Command } from '../command'
import { exitCodes } from '../exit-codes'

export const terminate: Command = {
  name: 'terminate',
  summary: 'Ends a container',
  description:
    'A container that nobody holds ends, unless it says that it cannot yet. One that somebody holds would be started again at ' +
    'once: that needs --force, and is a restart, on another agent where one offers its kind, with its state where it hands it ' +
    'on; who asks it meanwhile waits.',
  arguments: [{ name: 'uuid', summary: 'The container', completion: 'containers' }],
  options: [
    { name: 'force', short: 'f', summary: 'Though somebody holds it, and whatever it says' },
    { name: 'reason', short: 'r', value: 'text', summary: 'For the logs, and for the container' }
  ],
  examples: ['network terminate lobby', 'network terminate lobby --force --reason "stuck since noon"'],
  run: async ({ connect, output, values }) => {
    const client = await connect()
    const uuid = values.argument('uuid') as ContainerUuid
    const reason = values.text('reason')
    const options = { force: values.flag('force'), ...(reason === undefined ? {} : { reason }) }
    const { notYet, restarts = false } = await client.terminate(uuid, options)
    const ended = notYet === undefined
    if (output.json) await output.value({ uuid, ended, restarts, ...(ended ? {} : { notYet }) })
    else if (!ended) await output.line(`${uuid} cannot end yet, and serves on: ${notYet.reason}`)
    else await output.line(restarts ? `${uuid} has ended there, and starts again` : `${uuid} has ended`)
    return ended ? exitCodes.ok : exitCodes.failed
  }
}
