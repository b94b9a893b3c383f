// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type LogFields, type Logger } from '@hcengineering/network-core'

import { logLevels, type LogLevel } from './variables'

/** Characters of one text in a line; what a peer sends must not blow up the log. */
const maxTextLength = 4096

/** What JSON cannot say, said: errors with their causes, bigint, long texts cut. */
function readable(_key: string, value: unknown): unknown {
  if (value instanceof Error) {
    const { name, message, stack, cause } = value
    const own = value instanceof NetworkError ? value.toPayload() : {}
    const code = (value as { code?: unknown }).code
    return { name, ...own, message, code, stack, cause }
  }
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'string' && value.length > maxTextLength) return `${value.slice(0, maxTextLength)}…`
  return value
}

function encode(line: LogFields): string {
  try {
    return JSON.stringify(line, readable)
  } catch (error) {
    // Circular, or a getter or toJSON that throws: the line itself must not be lost
    const { time, level, message } = line
    return JSON.stringify({ time, level, message, fields: `could not be written: ${String(error)}` }, readable)
  }
}

/**
 * Writes one JSON object a line: `time` (ISO 8601), `level`, `message`, then the fields. A field with one of these three
 * names is written with an underscore before it.
 *
 * @param level the last level that is written
 * @param write takes one line, without its line feed
 * @param now the time of a line
 */
export function createJsonLogger(level: LogLevel, write: (line: string) => void, now: () => Date): Logger {
  const loudest = logLevels.indexOf(level)
  const at =
    (name: Exclude<LogLevel, 'silent'>): Logger['info'] =>
    (message, fields = {}) => {
      if (logLevels.indexOf(name) > loudest) return
      const line: Record<string, unknown> = { time: now().toISOString(), level: name, message }
      for (const [key, value] of Object.entries(fields)) line[key in line ? `_${key}` : key] = value
      write(encode(line))
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
