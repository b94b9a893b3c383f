// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readOptions } from '../options'

describe('command line', () => {
  it('runs many seeds, from the first, unless told otherwise', () => {
    expect(readOptions([])).toEqual({ from: 1, count: 1000, each: false, trace: 60, shrink: false })
    expect(readOptions(['--seeds', '5', '--from', '7', '--each'])).toMatchObject({ from: 7, count: 5, each: true })
    expect(readOptions(['--seed', '0', '--shrink', '--trace', '9'])).toEqual({
      from: 0,
      count: 1,
      each: true,
      trace: 9,
      shrink: true
    })
  })

  it('runs a stored plan, and mutants', () => {
    expect(readOptions(['--plan', 'file', '--trace', '9'])).toMatchObject({ plan: 'file', count: 1, trace: 9 })
    expect(readOptions(['--mutant', 'name', '--seeds', '3'])).toMatchObject({ mutant: 'name', count: 3 })
  })

  it.each([
    ['--seed'],
    ['--seed', 'x'],
    ['--seed', '-1'],
    ['--seeds', '0'],
    ['--seed', '1', '--seeds', '2'],
    ['--plan'],
    ['--plan', 'file', '--seed', '1'],
    ['--what', '1']
  ])('refuses %p %p', (...args) => {
    expect(typeof readOptions(args)).toBe('string')
  })
})
