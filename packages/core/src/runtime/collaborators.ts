// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { silentLogger, type Logger } from '../api/logger'
import type { TickManager } from '../api/time'
import { checkMethods } from '../arguments'

/** The logger, or the silent one where none is given. Else `INVALID_ARGUMENT`. */
export function checkLogger(logger: Logger | undefined): Logger {
  if (logger === undefined) return silentLogger
  return checkMethods(logger, 'logger', ['debug', 'info', 'warn', 'error'])
}

/** The tick manager itself; one of a user's own may lack `schedule`. Else `INVALID_ARGUMENT`. */
export function checkTickManager(tickManager: TickManager): TickManager {
  return checkMethods(tickManager, 'tickManager', ['now', 'register', 'waitTick'])
}
