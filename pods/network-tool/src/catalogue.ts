// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Command } from './command'
import { agents } from './commands/agents'
import { bench } from './commands/bench'
import { cancelReminder } from './commands/cancel-reminder'
import { complete } from './commands/complete'
import { completion } from './commands/completion'
import { containers } from './commands/containers'
import { doctor } from './commands/doctor'
import { drain } from './commands/drain'
import { explain } from './commands/explain'
import { get } from './commands/get'
import { help } from './commands/help'
import { kinds } from './commands/kinds'
import { reminders } from './commands/reminders'
import { request } from './commands/request'
import { stream } from './commands/stream'
import { terminate } from './commands/terminate'
import { watch } from './commands/watch'

/** All commands, in the order in which help lists them. */
export const catalogue: readonly Command[] = [
  agents,
  kinds,
  containers,
  get,
  request,
  stream,
  watch,
  explain,
  drain,
  terminate,
  reminders,
  cancelReminder,
  bench,
  doctor,
  completion,
  help,
  complete
]
