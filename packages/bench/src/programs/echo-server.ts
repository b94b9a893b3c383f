// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { serveCommands } from '../harness/serve-commands'
import { entryOf, type SystemName } from '../systems/catalogue'
import type { Place } from '../systems/echo-system'

const commands = {
  start: async ({ system, place }: { system: SystemName; place: Place }): Promise<void> => {
    const { serve } = await entryOf(system).load()
    await serve?.(place)
  }
}

/** What a scenario may ask of the answering side of an echo. */
export type EchoServerCommands = typeof commands

serveCommands(commands)
