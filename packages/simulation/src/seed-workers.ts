// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { RunResult } from './run-seed'

/**
 * Runs seeds in processes of their own, one for each processor.
 *
 * @param mutant name of the variant that they run
 * @param tell called for each result, in the order in which they come
 * @throws Error when a process ends by itself, with the seed that it ran
 */
export async function runInWorkers(
  { from, count, mutant }: { readonly from: number; readonly count: number; readonly mutant?: string },
  tell: (result: RunResult) => void
): Promise<void> {
  const end = from + count
  let next = from
  const work = async (): Promise<void> =>
    await new Promise((resolve, reject) => {
      const worker = fork(join(__dirname, 'seed-worker.js'), mutant === undefined ? [] : [mutant])
      let running: number | undefined
      const goOn = (): void => {
        running = next === end ? undefined : next++
        if (running === undefined) worker.disconnect()
        else worker.send(running)
      }
      worker.on('message', (result: RunResult) => {
        tell(result)
        goOn()
      })
      worker.once('exit', (code, signal) => {
        if (running === undefined) resolve()
        else reject(new Error(`The process that ran seed ${running} ended by itself: ${signal ?? `exit code ${code}`}`))
      })
      goOn()
    })
  await Promise.all(Array.from({ length: Math.min(count, availableParallelism()) }, work))
}
