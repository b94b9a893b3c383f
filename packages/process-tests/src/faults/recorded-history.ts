// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { join } from 'node:path'
import {
  AtMostOnce,
  CallsSettle,
  EventOrder,
  Healing,
  History,
  type Fact,
  type Violation
} from '@hcengineering/network-simulation'
import { Owners, type WrittenFact } from './owners'
import { FactReader, FactWriter, monotonicMs } from './fact-file'

/** So long a fact may take from its time to its file. Whoever is stopped in between writes when it goes on. */
const LAG_MS = 200

/** What all processes have written down, in the order of one clock, under the rules that the simulation keeps. */
export class RecordedHistory {
  /** Ends of calls: `answered`, or a code. */
  readonly ends = new Map<string, number>()
  private readonly readers = new Map<string, FactReader>()
  private readonly owners = new Owners()
  private readonly own: FactWriter
  private waiting: WrittenFact[] = []
  private at = 0
  private readonly history = new History(
    () => this.at,
    [new CallsSettle(), new AtMostOnce(), this.owners, new EventOrder(), new Healing()]
  )

  constructor(private readonly folder: string) {
    this.own = new FactWriter(this.file('runner'))
  }

  get violations(): readonly Violation[] {
    return this.history.violations
  }

  /** Requests that containers were given. */
  get executed(): number {
    return this.history.count('executed')
  }

  get answered(): number {
    return this.history.count('answered')
  }

  /** Requests in the middle of which a process was stopped for so long that others had served when it went on. */
  get caught(): number {
    return this.owners.caught.size
  }

  get events(): number {
    return this.history.count('received')
  }

  /** The path of a new file, which is read from now on. */
  file(name: string): string {
    const path = join(this.folder, `${name}.facts`)
    this.readers.set(name, new FactReader(path))
    return path
  }

  /** A fact that the runner knows. */
  record(fact: Fact): void {
    this.own.record(fact)
  }

  /** Takes note of everything written so far. While processes write, the very last is left for the next time. */
  catchUp({ all = false } = {}): void {
    const until = all ? Infinity : monotonicMs() - LAG_MS
    for (const [from, reader] of this.readers) for (const fact of reader.read()) this.waiting.push({ ...fact, from })
    this.waiting.sort((a, b) => a.at - b.at)
    const later = this.waiting.findIndex(({ at }) => at >= until)
    const due = this.waiting.splice(0, later === -1 ? this.waiting.length : later)
    for (const fact of due) this.see(fact)
  }

  close(): void {
    for (const reader of this.readers.values()) reader.close()
    this.own.close()
  }

  private see({ at, ...fact }: WrittenFact): void {
    if (at < this.at) throw new Error(`A fact came ${this.at - at} ms too late: ${JSON.stringify(fact)}`)
    this.at = at
    if (fact.type === 'answered') this.count('answered')
    if (fact.type === 'failed') this.count(fact.code)
    this.history.record(fact as Fact)
  }

  private count(end: string): void {
    this.ends.set(end, (this.ends.get(end) ?? 0) + 1)
  }
}
