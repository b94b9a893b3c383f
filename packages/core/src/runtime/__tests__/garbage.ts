// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** How many of these are still held, by whomever. */
export async function stillHeld(things: WeakRef<object>[]): Promise<number> {
  setFlagsFromString('--expose-gc')
  // A weak reference that was made or read in this turn holds until its end
  await new Promise(setImmediate)
  ;(runInNewContext('gc') as () => void)()
  return things.filter((thing) => thing.deref() !== undefined).length
}
