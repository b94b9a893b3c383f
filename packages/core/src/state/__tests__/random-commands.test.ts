// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { RandomRun } from './random-run'

const seeds = 300
const commands = 200

describe('random commands', () => {
  test(`${seeds} seeds of ${commands} commands keep every rule after every command and leave nothing pending`, () => {
    for (let seed = 1; seed <= seeds; seed++) {
      const run = new RandomRun(seed)
      try {
        run.run(commands)
      } catch (cause) {
        const story = run.trace.slice(-40).join('\n')
        throw new Error(`seed ${seed}: ${String(cause)}\n${story}`, { cause })
      }
    }
  })

  test('a seed repeats exactly', () => {
    for (const seed of [1, 77, 12_345]) {
      const [first, second] = [new RandomRun(seed), new RandomRun(seed)]
      first.run(commands)
      second.run(commands)
      expect(second.trace).toEqual(first.trace)
    }
  })

  test('things happen: every effect and every state occurs', () => {
    const story: string[] = []
    for (let seed = 1; seed <= 50; seed++) {
      const run = new RandomRun(seed)
      run.run(commands)
      story.push(...run.trace)
    }
    const types = new Set(story.map((line) => /"type":"([a-z-]+)"/.exec(line)?.[1]))
    types.delete(undefined)
    expect([...types].sort()).toEqual([
      'agent-removed',
      'client-removed',
      'deactivate',
      'events',
      'get-failed',
      'get-settled',
      'gone',
      'probe',
      'ready',
      'registered',
      'registration-failed',
      'start',
      'terminate'
    ])
  })
})
