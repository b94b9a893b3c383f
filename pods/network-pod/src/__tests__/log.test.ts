// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type Logger } from '@hcengineering/network-core'

import { createJsonLogger } from '../log'
import { logLevels, type LogLevel } from '../variables'

const time = '2026-01-02T03:04:05.678Z'

function logged(level: LogLevel, act: (logger: Logger) => void): Record<string, unknown>[] {
  const lines: string[] = []
  act(
    createJsonLogger(
      level,
      (line) => lines.push(line),
      () => new Date(time)
    )
  )
  return lines.map((line) => {
    expect(line).not.toContain('\n')
    return JSON.parse(line) as Record<string, unknown>
  })
}

describe('log', () => {
  it('writes one JSON object a line: time, level, message, fields', () => {
    expect(logged('info', (logger) => logger.info('two\nlines', { port: 3737 }))).toEqual([
      { time, level: 'info', message: 'two\nlines', port: 3737 }
    ])
  })

  it.each(logLevels)('at level %s writes its lines and those before it', (level) => {
    const lines = logged(level, (logger) => {
      logger.error('e')
      logger.warn('w')
      logger.info('i')
      logger.debug('d')
    })
    expect(lines.map((line) => line.level)).toEqual(
      ['error', 'warn', 'info', 'debug'].slice(0, logLevels.indexOf(level))
    )
  })

  it('does not let a field take the place of time, level or message', () => {
    expect(logged('info', (logger) => logger.warn('real', { level: 'fake', message: 'fake', time: 0 }))).toEqual([
      { time, level: 'warn', message: 'real', _level: 'fake', _message: 'fake', _time: 0 }
    ])
  })

  it('writes errors with code and cause', () => {
    const error = new NetworkError('UNAVAILABLE', 'no', { stage: 'connecting', cause: new Error('refused') })
    const [line] = logged('error', (logger) => logger.error('failed', { error }))
    expect(line.error).toMatchObject({
      name: 'NetworkError',
      code: 'UNAVAILABLE',
      message: 'no',
      stage: 'connecting',
      cause: { message: 'refused' }
    })
  })

  it('writes a line for what JSON cannot say', () => {
    const circular: Record<string, unknown> = {}
    circular.self = circular
    const [big, round] = logged('info', (logger) => {
      logger.info('big', { value: 10n })
      logger.info('round', { circular })
    })
    expect(big.value).toBe('10')
    expect(round).toMatchObject({
      level: 'info',
      message: 'round',
      fields: expect.stringContaining('could not be written')
    })
  })

  it('cuts long texts', () => {
    const [line] = logged('info', (logger) => logger.info('long', { text: 'x'.repeat(1_000_000) }))
    expect((line.text as string).length).toBeLessThan(5000)
  })
})
