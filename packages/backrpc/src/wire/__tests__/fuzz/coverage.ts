// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Session, type Profiler } from 'node:inspector'

/** What one piece of work ran, of the code that is looked at. */
export interface Ran {
  readonly functions: readonly { readonly key: string; readonly ranges: readonly Profiler.CoverageRange[] }[]
  /** How many times all functions and blocks were entered, added up: the same on every machine. */
  readonly steps: number
}

/** Says which blocks of some scripts have run, by the engine's own count of them. One at a time in a process. */
export class Coverage {
  private readonly session = new Session()
  /** By function, which of its characters have run. */
  private readonly seen = new Map<string, Uint8Array>()

  constructor(private readonly isLookedAt: (url: string) => boolean) {
    this.session.connect()
    this.session.post('Profiler.enable')
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Blocks reached so far, as characters of source: a number that only grows. */
  get reached(): number {
    let sum = 0
    for (const characters of this.seen.values()) for (const one of characters) sum += one
    return sum
  }

  /** What ran since the last time. */
  take(): Ran {
    let steps = 0
    const functions: { key: string; ranges: Profiler.CoverageRange[] }[] = []
    // With a session of one's own thread the answer comes at once
    this.session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error
      for (const { url, functions: all } of answer.result) {
        if (!this.isLookedAt(url)) continue
        for (const { ranges } of all) {
          for (const { count } of ranges) steps += count
          const [{ startOffset, endOffset }] = ranges
          functions.push({ key: `${url} ${startOffset} ${endOffset}`, ranges })
        }
      }
    })
    return { functions, steps }
  }

  /** It ran something that nothing before did. */
  isNew({ functions }: Ran): boolean {
    return functions.some(({ key, ranges }) => {
      const before = this.seen.get(key)
      return paint(ranges).some((one, index) => one > (before?.[index] ?? 0))
    })
  }

  learn({ functions }: Ran): void {
    for (const { key, ranges } of functions) {
      const now = paint(ranges)
      const before = this.seen.get(key)
      this.seen.set(key, before === undefined ? now : before.map((one, index) => one | now[index]))
    }
  }

  stop(): void {
    this.session.disconnect()
  }
}

/** Which characters of a function have run. Ranges are nested, and equal neighbours merged: what they cover tells more. */
function paint(ranges: readonly Profiler.CoverageRange[]): Uint8Array {
  const [{ startOffset: start, endOffset: end }] = ranges
  const characters = new Uint8Array(end - start)
  for (const { startOffset, endOffset, count } of ranges) {
    characters.fill(Math.min(count, 1), startOffset - start, endOffset - start)
  }
  return characters
}
