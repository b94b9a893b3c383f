// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { messageOf, type Logger } from '@hcengineering/network-core'

/** Who waits for the answer of a request. */
export interface Caller {
  resolve(result: unknown): void
  reject(error: Error): void
}

/** Calls a user's handler: what it throws, now or later, is logged and goes no further. Answers when it has settled. */
export function callHandler(logger: Logger, name: string, handler: () => unknown): Promise<void> | undefined {
  const failed = (error: unknown): void => logger.error(`${name} failed`, { error: messageOf(error) })
  try {
    const result = handler()
    return isPromise(result) ? result.then(() => {}, failed) : undefined
  } catch (error) {
    failed(error)
    return undefined
  }
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
