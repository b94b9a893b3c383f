// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { serveCommands } from '../harness/serve-commands'
import { pull, push } from '../peers/zeromq-stream'

const commands = { push, pull }

/** What a scenario may ask of either side of a raw stream. */
export type RawStreamCommands = typeof commands

serveCommands(commands)
