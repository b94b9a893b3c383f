// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { parseOptions, UsageError } from '../options'

const parse = (...args: string[]): ReturnType<typeof parseOptions> => parseOptions(args, ['direct-echo', 'events'])

describe('the command line', () => {
  it('without arguments runs everything at default scale', () => {
    expect(parse()).toEqual({
      only: [],
      scale: 'default',
      transport: 'default',
      compare: undefined,
      out: undefined,
      help: false
    })
  })

  it.each([
    ['a list', ['--only', 'direct-echo,events']],
    ['repeated', ['--only', 'direct-echo', '--only', 'events']],
    ['with a comma too many', ['--only=direct-echo,,events,']]
  ])('takes names of scenarios as %s', (_how, args) => {
    expect(parse(...args).only).toEqual(['direct-echo', 'events'])
  })

  it.each([
    ['--full', 'full'],
    ['--smoke', 'smoke']
  ])('%s sets the scale', (flag, scale) => {
    expect(parse(flag).scale).toBe(scale)
  })

  it('takes files as they are', () => {
    expect(parse('--compare', 'a.json', '--out', 'b')).toMatchObject({ compare: 'a.json', out: 'b' })
  })

  it('takes the separator that rushx hands on', () => {
    expect(parse('--', '--smoke').scale).toBe('smoke')
  })

  it.each([
    ['an unknown scenario, naming those there are', ['--only', 'nothing'], /'nothing'.*direct-echo, events/],
    ['an unknown transport', ['--transport', 'pigeon'], /'pigeon'.*default/],
    ['an unknown option', ['--fast'], /--fast/],
    ['a word that belongs to no option', ['direct-echo'], /direct-echo/],
    ['two scales at once', ['--full', '--smoke'], /exclude each other/]
  ])('refuses %s', (_what, args, message) => {
    expect(() => parse(...args)).toThrow(UsageError)
    expect(() => parse(...args)).toThrow(message)
  })
})
