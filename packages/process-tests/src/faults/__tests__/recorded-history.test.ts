// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FactWriter } from '../fact-file'
import { RecordedHistory } from '../recorded-history'

const request = { uuid: 'c', client: 'client-1', idempotent: false }

describe('RecordedHistory', () => {
  let folder: string
  let history: RecordedHistory
  let agent: FactWriter
  let client: FactWriter

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'history-'))
    history = new RecordedHistory(folder)
    agent = new FactWriter(history.file('a1'))
    client = new FactWriter(history.file('client-1'))
    client.record({ type: 'called', call: 1, process: 'client-1', what: 'echo c', request })
    agent.record({ type: 'created', instance: 7, uuid: 'c', kind: 'watched', process: 'a1', stateless: false })
  })

  afterEach(() => {
    for (const file of [history, agent, client]) file.close()
    rmSync(folder, { recursive: true })
  })

  const execute = (): void =>
    agent.record({ type: 'executed', request: 1, instance: 7, client: 'client-1', token: { epoch: 1, counter: 1 } })
  const violations = (): string[] => {
    history.catchUp({ all: true })
    return history.violations.map(({ checker }) => checker)
  }

  it('brings the facts of all processes in the order of their times', () => {
    execute()
    client.record({ type: 'answered', call: 1, value: 'a1' })
    history.record({ type: 'closed', pendingSteps: 0 })
    expect(violations()).toEqual([])
    expect([history.executed, history.answered, [...history.ends]]).toEqual([1, 1, [['answered', 1]]])
  })

  it('finds what is executed twice', () => {
    execute()
    execute()
    expect(violations()).toEqual(['at most once'])
  })

  it('finds what is answered and was not executed', () => {
    client.record({ type: 'answered', call: 1, value: 'a1' })
    expect(violations()).toEqual(['at most once'])
  })

  it('finds what was executed and is told to be worth repeating', () => {
    execute()
    client.record({ type: 'failed', call: 1, code: 'UNAVAILABLE', message: 'no' })
    expect(violations()).toEqual(['at most once'])
    expect([...history.ends]).toEqual([['UNAVAILABLE', 1]])
  })

  it('finds what hangs', () => {
    client.record({ type: 'overdue', call: 1 })
    history.record({ type: 'closed', pendingSteps: 0 })
    expect(violations()).toEqual(['calls settle', 'calls settle'])
  })

  it('finds a reference that does not come back, and events out of order', () => {
    history.record({ type: 'unusable', process: 'client-1', uuid: 'c', afterMs: 1, cause: 'no good answer' })
    for (const number of [2, 1]) client.record({ type: 'received', connection: 3, instance: 7, number })
    expect(violations()).toEqual(['healing', 'events in order'])
  })

  it('leaves a last line that is not whole, until it is', () => {
    const path = history.file('a2')
    const line = JSON.stringify({ type: 'executed', request: 1, instance: 7, client: 'client-1', at: 1e12 })
    appendFileSync(path, line.slice(0, 20))
    history.catchUp({ all: true })
    expect(history.executed).toBe(0)
    appendFileSync(path, `${line.slice(20)}\n`)
    history.catchUp({ all: true })
    expect(history.executed).toBe(1)
  })
})
