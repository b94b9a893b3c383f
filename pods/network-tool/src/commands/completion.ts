// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Command } from '../command'
import { completionScripts, shells, type Shell } from '../completion-scripts'
import { exitCodes, UsageError } from '../exit-codes'

export const completion: Command = {
  name: 'completion',
  summary: 'Prints what a shell needs to complete commands, options, and the ids that the coordinator has',
  description: 'Ids are asked of the coordinator in NETWORK_COORDINATOR, or the one on the line, within a second.',
  arguments: [{ name: 'shell', summary: shells.join(', '), completion: 'shells' }],
  examples: [
    'source <(network completion bash)      # in ~/.bashrc',
    'source <(network completion zsh)       # in ~/.zshrc, after compinit',
    'network completion fish > ~/.config/fish/completions/network.fish'
  ],
  run: async ({ output, values }) => {
    const shell = values.argument('shell')
    if (!(shells as readonly string[]).includes(shell))
      throw new UsageError(`<shell> must be one of ${shells.join(', ')}, got '${shell}'`)
    await output.line(completionScripts[shell as Shell])
    return exitCodes.ok
  }
}
