// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import type { Fact, TimedFact } from '@hcengineering/network-simulation'

const CHUNK_BYTES = 1024 * 1024

/** Milliseconds of the clock that all processes of a machine share and nobody sets. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** Where one process writes down what it lives through; killed, it loses none of it. */
export class FactWriter {
  private readonly file: number

  constructor(path: string) {
    this.file = openSync(path, 'a')
  }

  record(fact: Fact): void {
    writeSync(this.file, `${JSON.stringify({ ...fact, at: monotonicMs() })}\n`)
  }

  close(): void {
    closeSync(this.file)
  }
}

/** Reads on in a file that somebody writes. */
export class FactReader {
  private readonly file: number
  private readonly chunk = Buffer.alloc(CHUNK_BYTES)
  private rest = Buffer.alloc(0)

  constructor(path: string) {
    this.file = openSync(path, 'a+')
  }

  /** The facts that have come since. A line that is not whole yet, or never will be, is left. */
  read(): TimedFact[] {
    const parts = [this.rest]
    for (;;) {
      const bytes = readSync(this.file, this.chunk, 0, CHUNK_BYTES, null)
      if (bytes === 0) break
      parts.push(Buffer.from(this.chunk.subarray(0, bytes)))
    }
    const all = Buffer.concat(parts)
    const end = all.lastIndexOf(10) + 1
    this.rest = all.subarray(end)
    const lines = all.toString('utf8', 0, end).split('\n')
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as TimedFact)
  }

  close(): void {
    closeSync(this.file)
  }
}
