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
 * What a container's `extra` is from here on: plain JSON, since it rides in every record, and 0.7 peers read those.
 *
 * @throws NetworkError `UNSUPPORTED_VALUE` with the path for what JSON cannot say; `INVALID_ARGUMENT` beyond 64 KiB
 */
export function plainExtra(extra: unknown): unknown {
  let text: string
  try {
    text = JSON.stringify(extra, function (this: unknown, key, value: unknown) {
      const given = key === '' ? value : (this as Record<string, unknown>)[key]
      const what = unsupported(value) ?? (given instanceof Date ? undefined : unsupported(given))
      if (what !== undefined) throw new NetworkError('UNSUPPORTED_VALUE', `extra is JSON: ${what} at '${key}' is not`)
      return value
    })
  } catch (error) {
    throw NetworkError.from(error, 'UNSUPPORTED_VALUE')
  }
  const bytes = Buffer.byteLength(text ?? 'null')
  if (bytes > limits.maxExtraBytes) {
    const text = `extra must be at most ${limits.maxExtraBytes} bytes of JSON, got ${bytes}`
    throw new NetworkError('INVALID_ARGUMENT', text)
  }
  try {
    return JSON.parse(text ?? 'null')
  } catch (error) {
    throw new NetworkError('UNSUPPORTED_VALUE', `extra is JSON: ${messageOf(error)}`)
  }
}
