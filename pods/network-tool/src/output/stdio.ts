// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { WriteLine } from './output'

/** Lines to a stream of this process; at its pace. `onBroken` when nobody reads it any more, as with `| head`. */
export function lineWriter(stream: NodeJS.WriteStream, onBroken: () => void): WriteLine {
  let broken = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    broken = true
    if (error.code !== 'EPIPE' && error.code !== 'EOF') throw error
    onBroken()
  })
  return async (line) => {
    if (broken) return
    await new Promise<void>((resolve) => stream.write(`${line}\n`, () => resolve()))
  }
}
