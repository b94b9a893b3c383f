// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { loadTags } from '../model/report'
import { renderReport } from '../render/markdown'
import { run } from '../run'
import { scenarios } from '../scenarios/catalogue'
import { catalogue, missing, type SystemName } from '../systems/catalogue'

/** For the largest scenario on a machine that others use too; most take a second or two. */
const TIMEOUT_MS = 120_000

const quiet = { progress: () => {}, finished: () => {} }

describe('every scenario works and loses nothing', () => {
  it.each(scenarios.map(({ name }) => name))(
    '%s',
    async (name) => {
      const report = await run({ only: [name], scale: 'smoke', transport: 'default' }, quiet)

      expect(report.scenarios.map((scenario) => [scenario.name, scenario.failure])).toEqual([[name, undefined]])
      const [{ rows, measurements = [], lost }] = report.scenarios
      expect(lost).toBe(0)
      expect(rows.length).toBeGreaterThan(0)
      for (const row of rows) {
        expect(row).toMatchObject(row.measured === undefined ? { remark: expect.any(String) as string } : {})
        if (row.measured !== undefined) expect([row.name, row.measured.median]).toEqual([row.name, expect.any(Number)])
        expect([row.name, Number.isNaN(row.measured?.median)]).toEqual([row.name, false])
      }
      for (const { answered } of measurements) expect(answered).toBeGreaterThan(0)
      expect(renderReport(report, new Map())).toContain(`--only ${name}`)
    },
    TIMEOUT_MS
  )
})

describe('the catalogues', () => {
  it('have every kind of load that the roadmap names', () => {
    expect(new Set(scenarios.flatMap(({ tags }) => tags))).toEqual(new Set(loadTags))
  })

  it('have names that are unique', () => {
    const names = scenarios.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('have reasons for those systems only that cannot run here', () => {
    const packages = (Object.keys(catalogue) as SystemName[]).filter((name) => name !== 'nats')
    expect(packages.map((name) => missing(name))).toEqual(packages.map(() => undefined))
  })
})
