// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AgentUuid } from '@hcengineering/network-core'
import { openLeaseFile } from '../storage/lease-file'

const agent = 'a1' as AgentUuid

describe('the ledger in a file', () => {
  let folder: string
  let path: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-'))
    path = join(folder, 'ledger.json')
  })

  afterEach(() => rmSync(folder, { recursive: true }))

  it('gives back what was written last, under a larger epoch each time', async () => {
    const first = await openLeaseFile(path)
    expect(first.leases.size).toBe(0)
    const token = { epoch: 1, counter: 2 }
    await first.write({
      epoch: first.epoch + 5,
      leases: new Map([[agent, 3_000]]),
      voided: new Map([['a2' as AgentUuid, token]])
    })
    const second = await openLeaseFile(path)
    expect(second.epoch).toBeGreaterThan(first.epoch + 5)
    expect([...second.leases]).toEqual([['a1', 3_000]])
    expect([...second.voided]).toEqual([['a2', token]])
  })

  it('takes a time that is no whole number, as alive timeouts in seconds may come to', async () => {
    const first = await openLeaseFile(path)
    await first.write({ epoch: first.epoch, leases: new Map([[agent, 16.1 * 1000]]), voided: new Map() })
    expect([...(await openLeaseFile(path)).leases]).toEqual([['a1', 16.1 * 1000]])
  })

  it('has the new epoch on the disk before anybody may use it', async () => {
    const { epoch } = await openLeaseFile(path)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ epoch })
  })

  it('leaves the old content when a write was cut short', async () => {
    const ledger = await openLeaseFile(path)
    await ledger.write({ epoch: ledger.epoch, leases: new Map([[agent, 7_000]]), voided: new Map() })
    writeFileSync(`${path}.new`, '{"format":1,"epo')
    expect([...(await openLeaseFile(path)).leases]).toEqual([['a1', 7_000]])
    expect(readdirSync(folder)).toEqual(['ledger.json'])
  })

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"format":2,"epoch":1,"leases":[],"voided":[]}',
    '{"format":1,"epoch":"1","leases":[],"voided":[]}',
    `{"format":1,"epoch":${Number.MAX_SAFE_INTEGER},"leases":[],"voided":[]}`,
    '{"format":1,"epoch":1,"leases":[["a"]],"voided":[]}',
    '{"format":1,"epoch":1,"leases":[["a",-1]],"voided":[]}',
    '{"format":1,"epoch":1,"leases":[],"voided":[["a",1]]}'
  ])('refuses %j, and leaves it as it is', async (text) => {
    writeFileSync(path, text)
    await expect(openLeaseFile(path)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(path) as string
    })
    expect(readFileSync(path, 'utf8')).toBe(text)
  })

  it('says so when it cannot be written', async () => {
    const blocked = join(folder, 'file', 'ledger.json')
    writeFileSync(join(folder, 'file'), '')
    await expect(openLeaseFile(blocked)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })
})
