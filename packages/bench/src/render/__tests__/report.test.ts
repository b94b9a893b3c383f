// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { sampleMeasurement, sampleReport, sampleScenario } from '../../__tests__/samples'
import { judged, unmeasured } from '../../model/row'
import { renderReport, summary } from '../markdown'
import { renderMarkdown, renderText } from '../table'

const report = sampleReport([
  sampleScenario({
    tags: ['high request volume'],
    rows: [
      judged({ name: 'requests | ratio', unit: '×' }, { median: 6, min: 5, max: 7 }, { atLeast: 5 }),
      unmeasured({ name: 'streams', unit: '×', remark: 'streams do not exist yet' }, 'not there yet')
    ],
    measurements: [sampleMeasurement({ bytesPerRequest: 160 })],
    notes: ['A note.']
  }),
  sampleScenario({ name: 'crash', title: 'Crash', failure: 'the agent is gone\nits log' })
])

describe('the report', () => {
  const text = renderReport(report, new Map([['echo', ['echo.svg']]]))

  it('says where and how it ran, and what was skipped and why', () => {
    expect(text).toContain('2 cores (Sample), 8 GiB, Linux 6, Node v20.19.0')
    expect(text).toContain('NATS was skipped: no nats-server on the PATH')
  })

  it('has each row with target, number, range and verdict', () => {
    expect(text).toContain('| echo | requests \\| ratio | ≥ 5 × | 6 × | 5 – 7 | met |')
    expect(text).toContain('| echo | streams | – | – | – | not there yet |')
    expect(text).toContain('streams: streams do not exist yet')
  })

  it('has each system with its costs', () => {
    expect(text).toContain('| ours | 64 in flight | 12 300 | 12 000 – 13 000 |')
    expect(text).toContain('client: 1.5 s, 60 MB, stall 12 ms')
  })

  it('shows plots, notes and why a scenario did not end', () => {
    expect(text).toContain('![Echo](echo.svg)')
    expect(text).toContain('- A note.')
    expect(text).toContain('did not get to its end:** the agent is gone\n')
  })

  it('puts the slower first when it is compared', () => {
    const part = { scenario: 'echo', unit: 'ms', before: { median: 1, min: 1, max: 1 } } as const
    const now = { median: 2, min: 2, max: 2 }
    const compared = renderReport(report, new Map(), {
      report,
      compared: [
        { ...part, name: 'a', now, ratio: 2, change: 'same' },
        { ...part, name: 'b', now, ratio: 2, change: 'slower' }
      ]
    })
    expect(compared).toContain('Before is the run of 2026-01-02 03:04 UTC, default')
    expect(compared).toMatch(/\| b \|.*slower \|\n\| echo \| a \|.*within noise/)
  })

  it('is summed up in a line', () => {
    expect(summary(report)).toBe(
      '1 targets met, 0 missed, 1 not there yet, 0 skipped; 0 lost or failed; 1 scenarios did not end'
    )
  })
})

describe('a table', () => {
  const table = {
    head: ['What', 'N'],
    lines: [
      ['a', '1'],
      ['long', '100']
    ],
    right: [1]
  }

  it('in a terminal has columns as wide as their widest cell', () => {
    expect(renderText(table)).toBe('What    N\n────  ───\na       1\nlong  100')
  })

  it('in Markdown aligns numbers to the right', () => {
    expect(renderMarkdown(table)).toBe('| What | N |\n|---|---:|\n| a | 1 |\n| long | 100 |')
  })
})
