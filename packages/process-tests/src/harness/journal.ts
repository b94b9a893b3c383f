// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { compareTokens, type ActivationToken } from '@hcengineering/network-core'
import { existsSync, openSync, readFileSync, writeSync } from 'node:fs'

/** What the containers of a test lived through, written down at once: a killed process loses none of it. */
export interface JournalEntry {
  what:
    | 'factory'
    | 'started'
    | 'executed'
    | 'answered'
    | 'streaming'
    | 'timer'
    | 'reminded'
    | 'streamed'
    | 'connected'
    | 'disconnected'
    | 'terminated'
    | 'onTerminated'
  agentId: string
  pid: number
  kind: string
  uuid?: string
  operation?: string
  /** Names one request of the test; executed twice it would be here twice. */
  id?: string
  clientId?: string
  /** Of the activation that executed. */
  token?: ActivationToken
}

/** The journal of one test: the agents append, the test reads. */
export class Journal {
  /** Opened once: to open and close it takes most of the time of an entry. */
  private appending?: number

  constructor(readonly file: string) {}

  append(entry: JournalEntry): void {
    this.appending ??= openSync(this.file, 'a')
    writeSync(this.appending, `${JSON.stringify(entry)}\n`)
  }

  entries(matching: Partial<JournalEntry> = {}): JournalEntry[] {
    if (!existsSync(this.file)) return []
    const lines = readFileSync(this.file, 'utf8').split('\n')
    const fields = Object.entries(matching) as [keyof JournalEntry, unknown][]
    return lines
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JournalEntry)
      .filter((entry) => fields.every(([field, value]) => entry[field] === value))
  }

  /** Executions by an activation that a later one of the same uuid had replaced: there must be none. */
  overlaps(): JournalEntry[] {
    const newest = new Map<string | undefined, ActivationToken | undefined>()
    return this.entries({ what: 'executed' }).filter(({ uuid, token }) => {
      const order = compareTokens(token, newest.get(uuid))
      if (order > 0) newest.set(uuid, token)
      return order < 0
    })
  }

  /** How often each of the test's requests was executed. */
  executions(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const { id } of this.entries({ what: 'executed' })) {
      if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    return counts
  }
}
