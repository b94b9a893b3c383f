// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Facts that go with a log line; values must be JSON. */
export type LogFields = Readonly<Record<string, unknown>>

/** Where libraries log; silent by default. */
export interface Logger {
  /** What helps to find out why. */
  debug(message: string, fields?: LogFields): void
  /** What happens in a normal life: registered, moved, ended. */
  info(message: string, fields?: LogFields): void
  /** What went wrong and heals, or is refused. */
  warn(message: string, fields?: LogFields): void
  /** What somebody has to look at. */
  error(message: string, fields?: LogFields): void
}

const nothing = (): void => {}

/** Drops every line. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }
