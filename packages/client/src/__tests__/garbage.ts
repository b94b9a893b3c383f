// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What nobody holds is gone afterwards. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  // A weak reference that was made or read in this turn holds until its end
  await new Promise((resolve) => setImmediate(resolve))
  ;(runInNewContext('gc') as () => void)()
}
