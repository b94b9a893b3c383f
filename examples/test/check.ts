// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** One thing that must hold: `run` throws an error that says what does not. */
export interface Check {
  readonly title: string
  readonly run: () => void | Promise<void>
}

/** What came of a list of checks. */
export interface Totals {
  passed: number
  failed: number
}

const indented = (text: string): string => text.trimEnd().replace(/^/gm, '  ')

/** Programs wait more than they work. */
const atOnce = 3

/** Runs a few at a time and prints a line for each; why some failed comes at the end, where nobody cuts it off. */
export async function runChecks(checks: readonly Check[]): Promise<Totals> {
  const totals: Totals = { passed: 0, failed: 0 }
  const failures: string[] = []
  const runOne = async ({ title, run }: Check): Promise<void> => {
    const started = performance.now()
    let reason: string | undefined
    try {
      await run()
      totals.passed++
    } catch (error) {
      totals.failed++
      reason = error instanceof Error ? error.message : String(error)
      failures.push(`${title}:\n${indented(reason)}`)
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`${reason === undefined ? 'PASS' : 'FAIL'} ${title} (${seconds} s)`)
  }
  const rest = checks.values()
  const lanes = Array.from({ length: atOnce }, async () => {
    for (const check of rest) await runOne(check)
  })
  await Promise.all(lanes)
  for (const failure of failures) console.log(`\n${failure}`)
  return totals
}
