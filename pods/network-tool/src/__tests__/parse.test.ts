// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { catalogue } from '../catalogue'
import { candidates } from '../completion'
import { completionScripts } from '../completion-scripts'
import { exitCodeOf, exitCodes, UnreachableError, UsageError } from '../exit-codes'
import { NetworkError } from '@hcengineering/network-core'
import { commandHelp, generalHelp } from '../help'
import { plainStyle } from '../output/style'
import { parse } from '../parse'
import { readDuration } from '../values'

const read = (line: string): ReturnType<typeof parse> => parse(line.split(' '), catalogue)

describe('a command line', () => {
  test('names a command, its arguments and options, in any order', () => {
    const { command, values } = read('-c host:1 request u op {} --kind k --json -t 5s')
    expect(command?.name).toBe('request')
    expect(['uuid', 'operation', 'data'].map((name) => values.argument(name))).toEqual(['u', 'op', '{}'])
    expect([values.text('coordinator'), values.text('kind'), values.flag('json')]).toEqual(['host:1', 'k', true])
    expect(values.durationMs('timeout', 0)).toBe(5_000)
  })

  test('takes an option of several values, and - as an argument', () => {
    expect(read('containers -l a --label b').values.texts('label')).toEqual(['a', 'b'])
    expect(read('request u op -').values.optionalArgument('data')).toBe('-')
  })

  test('asks for help on anything, whatever is missing', () => {
    const { command, values } = read('request --help')
    expect([command?.name, values.flag('help')]).toEqual(['request', true])
  })

  test.each([
    ['nonsense', "There is no command 'nonsense'"],
    ['request u', "'request' needs <operation>"],
    ['agents one', "'agents' takes 0 arguments at most"],
    ['agents --kind k', "Unknown option '--kind'"],
    ['containers --kind', 'argument missing'],
    ['agents --json=yes', 'does not take an argument']
  ])('%s is refused, and why is said', (line, why) => {
    expect(() => read(line)).toThrow(UsageError)
    expect(() => read(line)).toThrow(why)
  })

  test('without a command is one for help', () => {
    expect(parse([], catalogue).command).toBeUndefined()
    expect(read('--json').command).toBeUndefined()
  })
})

describe('values', () => {
  test.each([
    ['5', 5_000],
    ['1.5s', 1_500],
    ['20ms', 20],
    ['2m', 120_000],
    ['1h', 3_600_000]
  ])('%s is a time of %i ms', (text, ms) => expect(readDuration(text, '--timeout')).toBe(ms))

  test.each(['', '5 s', '-1', 'soon', '1d'])("'%s' is no time", (text) => {
    expect(() => readDuration(text, '--timeout')).toThrow(
      `--timeout must be a time like 5s, 500ms or 2m, got '${text}'`
    )
  })

  test('numbers have bounds, JSON says where it is wrong', () => {
    expect(() => read('bench --parallel 0').values.count('parallel', 1, 9)).toThrow("from 1 to 9, got '0'")
    expect(() => read('get k --extra {').values.json('extra')).toThrow('--extra must be JSON')
  })
})

describe('help', () => {
  const shown = catalogue.filter(({ hidden }) => hidden !== true)

  test('names every command, and no hidden one', () => {
    const text = generalHelp(catalogue, plainStyle)
    for (const { name, summary } of shown)
      expect(text.split('\n').some((line) => line.startsWith(`  ${name}`) && line.endsWith(summary))).toBe(true)
    expect(text).not.toContain('  complete ')
  })

  test('of a command names its arguments and options, and has an example', () => {
    for (const command of shown) {
      const text = commandHelp(command, plainStyle)
      for (const { name } of [...(command.arguments ?? []), ...(command.options ?? [])]) expect(text).toContain(name)
      expect(command.examples?.every((example) => example.includes('network '))).toBe(true)
      expect(text).toContain('Examples')
    }
  })

  test('options of a command do not hide those of all', () => {
    const global = ['coordinator', 'json', 'timeout', 'connect-timeout', 'no-color', 'help', 'c', 'j', 't', 'h']
    for (const { options = [] } of catalogue) {
      const names = options.flatMap(({ name, short }) => (short === undefined ? [name] : [name, short]))
      expect(new Set([...global, ...names]).size).toBe(global.length + names.length)
    }
  })
})

describe('completion', () => {
  const words = (line: string): string[] => {
    const found = candidates(line.split(' '), catalogue)
    return 'words' in found ? found.words.map(({ word }) => word) : [`ask ${found.ask}`]
  }

  test('offers commands, options and their values', () => {
    expect(words('')).toEqual(catalogue.filter(({ hidden }) => hidden !== true).map(({ name }) => name))
    expect(words('containers --')).toEqual(expect.arrayContaining(['--kind', '--label', '--json', '--coordinator']))
    expect(words('containers --kind ')).toEqual(['ask kinds'])
    expect(words('-c host containers -k ')).toEqual(['ask kinds'])
    expect(words('completion ')).toEqual(['bash', 'zsh', 'fish'])
    expect(words('help dr')).toContain('drain')
  })

  test('asks for ids where ids stand', () => {
    expect(words('explain ')).toEqual(['ask containers'])
    expect(words('--json explain lo')).toEqual(['ask containers'])
    expect(words('drain ')).toEqual(['ask agents'])
    expect(words('get ')).toEqual(['ask kinds'])
    expect(words('request lobby --kind k ')).toEqual([])
    expect(words('containers --label ')).toEqual([])
  })

  test('scripts ask the tool with the words of the line', () => {
    expect(completionScripts.bash).toContain('network complete -- "${COMP_WORDS[@]:1:COMP_CWORD}"')
    expect(completionScripts.zsh).toContain('network complete -- "${(@)words[2,CURRENT]}"')
    expect(completionScripts.fish).toContain('(commandline -opc)[2..]')
  })
})

describe('exit codes', () => {
  test.each([
    [new UsageError(''), exitCodes.usage],
    [new UnreachableError(''), exitCodes.unreachable],
    [new NetworkError('NOT_FOUND', ''), exitCodes.notFound],
    [new NetworkError('DEADLINE_EXCEEDED', ''), exitCodes.timedOut],
    [new NetworkError('UNKNOWN_OPERATION', ''), exitCodes.unsupported],
    [new NetworkError('REMOTE_ERROR', ''), exitCodes.failed],
    [new Error(''), exitCodes.failed]
  ])('%p', (error, code) => expect(exitCodeOf(error)).toBe(code))
})
