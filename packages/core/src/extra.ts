// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { messageOf, NetworkError } from './errors'
import { limits } from './limits'

/** What JSON would drop, or make something else of, without a word. */
function unsupported(value: unknown): string | undefined {
  switch (typeof value) {
    case 'function':
    case 'symbol':
    case 'bigint':
      return `a ${typeof value}`
    case 'object':
      if (value instanceof Map || value instanceof Set || value instanceof Error)
        return `a value of ${value.constructor.name}`
      return ArrayBuffer.isView(value) || value instanceof ArrayBuffer ? 'binary data' : undefined
    default:
      return undefined
  }
}

/**
 * What a reminder's `data` is from here on: plain JSON, since it is written down.
 *
 * @throws NetworkError `UNSUPPORTED_VALUE` with the path for what JSON cannot say; `TOO_LARGE` beyond 8 KiB
 */
export function plainReminderData(data: unknown): unknown {
  const { text, bytes } = jsonOf('the data of a reminder', data)
  if (bytes > limits.maxReminderDataBytes) {
    const what = `The data of a reminder must be at most ${limits.maxReminderDataBytes} bytes of JSON, got ${bytes}`
    throw new NetworkError('TOO_LARGE', what)
  }
  return parsed('the data of a reminder', text)
}

/**
 * What a container's `extra` is from here on: plain JSON, since it rides in every record, and 0.7 peers read those.
 *
 * @throws NetworkError `UNSUPPORTED_VALUE` with the path for what JSON cannot say; `INVALID_ARGUMENT` beyond 64 KiB
 */
export function plainExtra(extra: unknown): unknown {
  const { text, bytes } = jsonOf('extra', extra)
  if (bytes > limits.maxExtraBytes) {
    const what = `extra must be at most ${limits.maxExtraBytes} bytes of JSON, got ${bytes}`
    throw new NetworkError('INVALID_ARGUMENT', what)
  }
  return parsed('extra', text)
}

function jsonOf(what: string, value: unknown): { text: string; bytes: number } {
  let text: string | undefined
  try {
    text = JSON.stringify(value, function (this: unknown, key, value: unknown) {
      const given = key === '' ? value : (this as Record<string, unknown>)[key]
      const odd = unsupported(value) ?? (given instanceof Date ? undefined : unsupported(given))
      if (odd !== undefined) throw new NetworkError('UNSUPPORTED_VALUE', `${what} is JSON: ${odd} at '${key}' is not`)
      return value
    })
  } catch (error) {
    throw NetworkError.from(error, 'UNSUPPORTED_VALUE')
  }
  return { text: text ?? 'null', bytes: Buffer.byteLength(text ?? 'null') }
}

function parsed(what: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new NetworkError('UNSUPPORTED_VALUE', `${what} is JSON: ${messageOf(error)}`)
  }
}
