// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { drawnTransitions } from '@hcengineering/network-rig/state-diagram'
import type { NetworkEffect } from '..'
import { RandomRun } from './random-run'
import { watchAgents, watchContainers } from './transitions'

/** More by the environment: `SEEDS=10000 npx jest random-commands`. */
const seeds = Number(process.env.SEEDS ?? 80)
const commands = 200

function isEffect(entry: unknown): entry is NetworkEffect {
  return typeof entry === 'object' && entry !== null && 'type' in entry
}

describe('random commands', () => {
  const containers = watchContainers()
  const agents = watchAgents()
  const effects = new Set<unknown>()
  afterAll(() => {
    containers.stop()
    agents.stop()
  })

  test(`${commands} commands of each seed keep every rule after every command and leave nothing pending`, () => {
    for (let seed = 1; seed <= seeds; seed++) {
      const run = new RandomRun(seed)
      try {
        run.run(commands)
      } catch (cause) {
        throw new Error(`seed ${seed}: ${String(cause)}\n${run.story(60)}`, { cause })
      }
      for (const entry of run.trace) if (isEffect(entry)) effects.add(entry.type)
    }
  })

  test('containers went every way that docs/STATES.md draws, and no other', () => {
    expect([...containers.seen].sort()).toEqual(drawnTransitions('container'))
  })

  test('and so did agents', () => {
    expect([...agents.seen].sort()).toEqual(drawnTransitions('agent'))
  })

  test('a seed repeats exactly', () => {
    for (const seed of [1, 77, 12_345]) {
      const [first, second] = [new RandomRun(seed), new RandomRun(seed)]
      first.run(commands)
      second.run(commands)
      expect(second.trace).toEqual(first.trace)
    }
  })

  test('things happened: every effect occurred', () => {
    expect([...effects].sort()).toEqual([
      'agent-removed',
      'client-removed',
      'deactivate',
      'events',
      'get-failed',
      'get-settled',
      'gone',
      'hold-counted',
      'probe',
      'ready',
      'registered',
      'registration-failed',
      'restore',
      'start',
      'terminate'
    ])
  })
})
