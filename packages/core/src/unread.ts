// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** A value on its way through this process, as it came: whoever needs it reads it, whoever passes it on does not. */
export abstract class Unread {
  /** Throws a `NetworkError` when it cannot be read. */
  abstract readonly value: unknown
}

/** The value itself, read where it was not yet. */
export function readValue(value: unknown): unknown {
  return value instanceof Unread ? value.value : value
}
