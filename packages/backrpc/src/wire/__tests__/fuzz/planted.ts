// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Target } from './targets'

let sum = 0

function planted(name: string, run: (input: Uint8Array) => void): Target {
  return { name: `planted-${name}`, seeds: () => [Buffer.from('beginning')], run }
}

/** What a fuzzer that works finds at once: they show that it does. */
export const plantedTargets: readonly Target[] = [
  planted('depth', (input) => {
    if (input[0] === 0x11) {
      if (input[2] === 0x22) {
        if (input[4] === 0x33) throw new Error('three bytes, one by one')
      }
    }
  }),
  planted('steps', (input) => {
    if (input[0] === 0x11) for (let step = 0; step < 50_000; step++) sum = (sum + step) % 1000
  }),
  planted('prototype', () => {
    const prototype = Object.prototype as { polluted?: number }
    prototype.polluted = 1
  }),
  planted('memory', (input) => {
    if (input[0] === 0x11) sum = new Uint8Array(100_000_000).length
  })
]
