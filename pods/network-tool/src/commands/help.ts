// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Command } from '../command'
import { exitCodes, UsageError } from '../exit-codes'
import { commandHelp, generalHelp } from '../help'

export const help: Command = {
  name: 'help',
  summary: 'Shows help on the tool, or on one command',
  arguments: [{ name: 'command', optional: true, summary: 'On which', completion: 'commands' }],
  examples: ['network help request'],
  run: async ({ output, values, commands }) => {
    const name = values.optionalArgument('command')
    const command = commands.find((one) => one.name === name)
    if (name !== undefined && command === undefined) throw new UsageError(`There is no command '${name}'`)
    await output.line(command === undefined ? generalHelp(commands, output.style) : commandHelp(command, output.style))
    return exitCodes.ok
  }
}
