// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Facts that go with a log line; values must be JSON. */
export type LogFields = Readonly<Record<string, unknown>>

/** Where libraries log; silent by default. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

const nothing = (): void => {}

/** Drops every line. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }
