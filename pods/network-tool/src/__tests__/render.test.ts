// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkEventKind, type ContainerExplanation, type NetworkEvent } from '@hcengineering/network-core'
import { closedLoop } from '../bench/loop'
import { changesOf, lineOf } from '../commands/watch'
import { readData, readLines } from '../data'
import { explanationLines } from '../explanation'
import { jsonLine } from '../output/json'
import { Output } from '../output/output'
import { colourStyle, plainStyle } from '../output/style'
import { tableLines } from '../output/table'
import { printable, span } from '../output/text'
import { eachOf } from '../waiting'

const at = Date.UTC(2026, 0, 2, 3, 4, 5)

async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* parts
}

describe('tables', () => {
  const columns = [
    { title: 'NAME', cell: (row: { name: string }) => row.name },
    { title: 'LENGTH', cell: (row: { name: string }) => String(row.name.length), right: true }
  ]

  test('are as wide as their widest cells', () => {
    expect(tableLines(columns, [{ name: 'one' }, { name: 'three' }])).toEqual([
      'NAME   LENGTH',
      'one         3',
      'three       5'
    ])
  })

  test('show what moves the cursor instead of doing it', () => {
    expect(tableLines([columns[0]], [{ name: 'a\u001b[2Jb\nc' }])[1]).toBe('a\\u001b[2Jb c')
    expect(printable('\u009b31m')).toBe('\\u009b31m')
    expect(printable('exe.\u202ecod\u2066\u200b')).toBe('exe.\\u202ecod\\u2066\\u200b')
  })

  test('are an array for programs, and a word beside the output when empty', async () => {
    const said: string[] = []
    const beside: string[] = []
    const output = (json: boolean): Output =>
      new Output(
        json,
        plainStyle,
        async (line) => {
          said.push(line)
        },
        async (line) => {
          beside.push(line)
        }
      )
    await output(true).rows([{ name: 'x' }], columns, 'none')
    await output(true).rows([], columns, 'none')
    await output(false).rows([], columns, 'none')
    expect([said, beside]).toEqual([['[{"name":"x"}]', '[]'], ['none']])
  })
})

describe('JSON', () => {
  test('says what JSON cannot', () => {
    const value = {
      bytes: new Uint8Array([1, 2]),
      big: 10n,
      date: new Date(0),
      map: new Map([[1, new Set([2])]]),
      nothing: undefined
    }
    expect(jsonLine(value)).toBe('{"bytes":"AQI=","big":"10","date":"1970-01-01T00:00:00.000Z","map":[[1,[2]]]}')
    expect(jsonLine(undefined)).toBe('null')
    expect(jsonLine(JSON.parse('{"__proto__":1}'))).toBe('{"__proto__":1}')
  })
})

describe('spans', () => {
  test.each([
    [0.4, '0 ms'],
    [999, '999 ms'],
    [61_000, '61 s'],
    [3_600_000, '60 min'],
    [86_400_000, '24 h'],
    [864_000_000, '10 d'],
    [-5_000, '-5 s']
  ])('%p ms is %s', (ms, text) => expect(span(ms)).toBe(text))
})

describe('an explanation', () => {
  test('is told in lines', () => {
    const known = {
      uuid: 'u',
      kind: 'k',
      state: 'lost',
      since: at,
      holderCount: 102,
      holders: [
        { client: 'c1', holds: 2, agents: ['a1'] },
        { client: 'c2', holds: 1, detached: true }
      ],
      waiterCount: 1,
      waiters: [{ client: 'c3', since: at }],
      standbys: [],
      waitsFor: 'an agent that offers kind k',
      lastError: 'no memory',
      moves: [{ at, what: 'lost', agentId: 'a1', why: 'agent a1 was silent' }]
    } as unknown as ContainerExplanation
    expect(explanationLines(known, at + 5_000, plainStyle)).toEqual([
      'Container u of kind k',
      '  State:         lost since 2026-01-02 03:04:05 UTC, 5 s ago',
      '  Held by:       c1 (2 holds; of agent a1), c2 (connection lost), and 100 more',
      '  Waited for by: 1 get: c3 for 5 s',
      '  Waits for:     an agent that offers kind k',
      '  Last error:    no memory',
      '  Moves:',
      '    2026-01-02 03:04:05 UTC  lost on a1: agent a1 was silent'
    ])
  })

  test('says each reason once, and what happened again and again with how often', () => {
    const known = {
      uuid: 'u',
      kind: 'k',
      state: 'absent',
      since: at,
      holderCount: 0,
      holders: [],
      waiterCount: 0,
      waiters: [],
      standbys: [],
      moves: [
        { at: at - 2_000, what: 'start-failed', agentId: 'a1', why: 'no database' },
        { at, what: 'start-failed', agentId: 'a2', why: 'no memory', times: 3 },
        { at, what: 'start-failed', agentId: 'a1', why: 'no database' }
      ],
      failedGets: { kind: 'k', uuid: 'u', at, code: 'START_FAILED', why: 'Agent a2 failed: no memory', gets: 4 }
    } as unknown as ContainerExplanation
    expect(explanationLines(known, at + 5_000, plainStyle)).toEqual([
      'Container u of kind k',
      '  State:         absent since 2026-01-02 03:04:05 UTC, 5 s ago',
      '  Gets failed:   4, the last 2026-01-02 03:04:05 UTC, 5 s ago: START_FAILED, Agent a2 failed: no memory',
      '  Moves:',
      '    2026-01-02 03:04:03 UTC  failed to start on a1: no database',
      '    2026-01-02 03:04:05 UTC  failed to start on a2, 3 times: as above',
      '    2026-01-02 03:04:05 UTC  failed to start on a1: as above'
    ])
  })

  test.each([
    ['started', at + 400, '  Last request:  none after its first second'],
    ['asked later', at + 3_000, '  Last request:  2026-01-02 03:04:08 UTC, 2 s ago']
  ])('of a container that was %s does not take its start for a request', (_what, lastVisit, line) => {
    const nobody = { holderCount: 0, holders: [], waiterCount: 0, waiters: [], standbys: [], moves: [] }
    const known = {
      uuid: 'u',
      kind: 'k',
      state: 'active',
      since: at,
      lastVisit,
      ...nobody
    } as unknown as ContainerExplanation
    expect(explanationLines(known, at + 5_000, plainStyle)).toContain(line)
  })
})

describe('changes', () => {
  test('of agents and containers are a line each', () => {
    const event = {
      agents: [
        { id: 'a1', kinds: ['k', 'l'], event: NetworkEventKind.added },
        { id: 'a1', kinds: ['k', 'l'], event: NetworkEventKind.updated, draining: true }
      ],
      containers: [
        { container: { uuid: 'u', kind: 'k', agentId: 'a1', healthy: false }, event: NetworkEventKind.updated },
        { container: { uuid: 'u', kind: 'k', agentId: 'a1' }, event: NetworkEventKind.removed }
      ]
    } as unknown as NetworkEvent
    const changes = changesOf(event, at)
    expect(changes.map((change) => lineOf(change, plainStyle))).toEqual([
      '03:04:05.000 + agent a1 offers k, l',
      '03:04:05.000 ~ agent a1 drains; it offered k, l',
      '03:04:05.000 ~ container u of kind k on a1 (active, unhealthy)',
      '03:04:05.000 - container u of kind k on a1'
    ])
    expect(lineOf(changes[0], colourStyle)).toContain('\u001b[32m+\u001b[39m')
  })
})

describe('input', () => {
  test('is data in one piece, wherever it was cut', async () => {
    expect(
      await readData('-', chunks('{"a":', Buffer.from('"é"').subarray(0, 2), Buffer.from('"é"').subarray(2), '}'))
    ).toEqual({
      a: 'é'
    })
    expect(await readData('7', chunks())).toBe(7)
    expect(await readData(undefined, chunks())).toBeUndefined()
    await expect(readData('-', chunks('nonsense'))).rejects.toThrow('standard input must be JSON')
  })

  test('is items line by line', async () => {
    const items: unknown[] = []
    for await (const item of readLines(chunks('1\n"a', 'b"\n\n', '{"c":2}'))) items.push(item)
    expect(items).toEqual([1, 'ab', { c: 2 }])
  })
})

describe('work', () => {
  test('for each is done so many at a time, and answered in order', async () => {
    let running = 0
    let most = 0
    const results = await eachOf([1, 2, 3, 4, 5], 2, async (item) => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
      return item * 2
    })
    expect([results, most]).toEqual([[2, 4, 6, 8, 10], 2])
  })

  test('that fails is counted, and does not go on for ever', async () => {
    const signal = new AbortController().signal
    const measured = await closedLoop('x', { parallel: 2, forMs: 60_000, signal }, async () => {
      throw new Error('no')
    })
    expect(measured).toMatchObject({ count: 0, error: 'no', medianMs: 0 })
    expect(measured.failed).toBeGreaterThanOrEqual(1_000)
  })
})
