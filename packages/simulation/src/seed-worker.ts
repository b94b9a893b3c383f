// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// Runs the seeds that its parent sends, one at a time. Its argument, if any, names a mutant.

import { loadSimulation } from './mutants/load'
import { mutants } from './mutants/mutants'

const { runSeed } = loadSimulation(mutants.find(({ name }) => name === process.argv[2]))

process.on('message', (seed: number) => {
  void runSeed(seed).then((result) => process.send?.(result))
})
