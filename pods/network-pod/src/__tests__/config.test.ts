// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readConfig, type Environment, type PodConfig } from '../config'
import { logLevels, numberVariables, variables, type NumberName } from '../variables'

function accepted(env: Environment): PodConfig {
  const result = readConfig(env)
  if (result.ok) return result.config
  throw new Error(result.refusals.map(({ message }) => message).join('; '))
}

function refusals(env: Environment): string[] {
  const result = readConfig(env)
  return result.ok ? [] : result.refusals.map(({ message }) => message)
}

describe('configuration', () => {
  it('takes every default from an empty environment', () => {
    expect(accepted({})).toEqual({
      host: '*',
      port: 3737,
      ledgerFile: 'network-ledger.json',
      logLevel: 'info',
      transport: 'zmtp',
      aliveTimeoutSeconds: 3,
      pingIntervalSeconds: 1,
      drainTimeoutMs: 500,
      timeouts: {
        aliveSeconds: 3,
        unusedContainerSeconds: 5,
        unusedContainerSecondsByKind: {},
        startMs: 10_000,
        startMsByKind: {},
        terminateMs: 10_000,
        terminateMsByKind: {},
        preTerminationMs: 60_000,
        preTerminationMsByKind: {},
        getMs: 30_000,
        requestMs: 30_000,
        eventBatchMs: 50,
        agentIdWaitMs: 30_000
      },
      maxParkedRequests: 1024,
      placement: {
        placement: { policy: 'round-robin' },
        placementByKind: {},
        rebalancing: { atOnce: 2, perMinute: 30 }
      }
    })
  })

  it('reads rules of placement', () => {
    const rules = { room: { attract: ['tenant'], rebalance: true }, recorder: { agents: ['a1'] } }
    const env = { PLACEMENT: 'least-loaded', PLACEMENT_BY_KIND: JSON.stringify(rules), REBALANCING_PER_MINUTE: '60' }
    expect(accepted(env).placement).toEqual({
      placement: { policy: 'least-loaded' },
      placementByKind: rules,
      rebalancing: { atOnce: 2, perMinute: 60 }
    })
  })

  it.each(['room=least-loaded', '[]', '{"room":1}', '{"room":{"policy":"best"}}', '{"room":{"atract":["tenant"]}}'])(
    'refuses %s for rules of placement',
    (text) => {
      expect(refusals({ PLACEMENT_BY_KIND: text })).toEqual([expect.stringContaining('it must be JSON like') as string])
    }
  )

  it('keeps no ledger when told so', () => {
    expect(accepted({ LEDGER_FILE: 'off' }).ledgerFile).toBeUndefined()
  })

  it('takes an empty or blank variable for an absent one', () => {
    expect(accepted({ PORT: '', HOST: '  ', START_TIMEOUT_MS_BY_KIND: '' })).toEqual(accepted({}))
  })

  it('reads every variable', () => {
    const config = accepted({
      HOST: '10.0.0.5',
      PORT: '4000',
      LEDGER_FILE: '/var/lib/network/ledger',
      LOG_LEVEL: 'DEBUG',
      ALIVE_TIMEOUT_SECONDS: '3600',
      PING_INTERVAL_SECONDS: '0.5',
      UNUSED_CONTAINER_TIMEOUT_SECONDS: '7.5',
      UNUSED_CONTAINER_TIMEOUT_SECONDS_BY_KIND: 'session=60, cache=0.5',
      START_TIMEOUT_MS: '11',
      START_TIMEOUT_MS_BY_KIND: '{"slow":20000,"quoted":"30000"}',
      TERMINATE_TIMEOUT_MS: '12',
      TERMINATE_TIMEOUT_MS_BY_KIND: 'a=b=13',
      PRE_TERMINATION_TIMEOUT_MS: '19',
      PRE_TERMINATION_TIMEOUT_MS_BY_KIND: 'slow=20',
      GET_TIMEOUT_MS: '14',
      REQUEST_TIMEOUT_MS: '15',
      AGENT_ID_WAIT_MS: '16',
      EVENT_BATCH_MS: '17',
      DRAIN_TIMEOUT_MS: '0',
      MAX_PARKED_REQUESTS: '18',
      PLACEMENT: 'least-loaded',
      PLACEMENT_BY_KIND: '{"room":{"repel":["shard"]}}',
      REBALANCING_AT_ONCE: '21',
      REBALANCING_PER_MINUTE: '22',
      TRANSPORT: 'zeromq'
    })
    expect(config).toEqual({
      host: '10.0.0.5',
      port: 4000,
      ledgerFile: '/var/lib/network/ledger',
      logLevel: 'debug',
      transport: 'zeromq',
      aliveTimeoutSeconds: 3600,
      pingIntervalSeconds: 0.5,
      drainTimeoutMs: 0,
      timeouts: {
        aliveSeconds: 3600,
        unusedContainerSeconds: 7.5,
        unusedContainerSecondsByKind: { session: 60, cache: 0.5 },
        startMs: 11,
        startMsByKind: { slow: 20_000, quoted: 30_000 },
        terminateMs: 12,
        terminateMsByKind: { 'a=b': 13 },
        preTerminationMs: 19,
        preTerminationMsByKind: { slow: 20 },
        getMs: 14,
        requestMs: 15,
        agentIdWaitMs: 16,
        eventBatchMs: 17
      },
      maxParkedRequests: 18,
      placement: {
        placement: { policy: 'least-loaded' },
        placementByKind: { room: { repel: ['shard'] } },
        rebalancing: { atOnce: 21, perMinute: 22 }
      }
    })
  })

  it.each(Object.keys(numberVariables) as NumberName[])('takes the bounds of %s and nothing beyond', (name) => {
    const { min, max } = numberVariables[name]
    // A wide neighbour, so that only this bound is tested
    const env = name === 'PING_INTERVAL_SECONDS' ? { ALIVE_TIMEOUT_SECONDS: '86400' } : { PING_INTERVAL_SECONDS: '0.1' }
    const within =
      name === 'ALIVE_TIMEOUT_SECONDS' ? [0.2, max] : name === 'PING_INTERVAL_SECONDS' ? [min, max - 1] : [min, max]
    for (const value of within) expect(refusals({ ...env, [name]: String(value) })).toEqual([])
    for (const value of [max + 1, -1, 'ten', '1e2', '0x10', '5s', 'NaN', 'Infinity']) {
      const [message] = refusals({ ...env, [name]: String(value) })
      expect(message).toContain(`${name} is '${value}': it must be a`)
      expect(message).toContain(`from ${min} to ${max}`)
    }
  })

  it.each(['*', '0.0.0.0', '127.0.0.1', '::', '::1', '[::1]', 'fe80::1%eth0', 'localhost', 'coordinator.example.org'])(
    'listens on %s',
    (host) => {
      expect(accepted({ HOST: host }).host).toBe(host.replace(/^\[(.*)\]$/, '$1'))
    }
  )

  it.each(['tcp://*', 'localhost:3737', 'a b', '*:3737', '-', '[::1]:3737', '127.0.0.1/24'])(
    'refuses to listen on %s',
    (host) => {
      expect(refusals({ HOST: host })).toEqual([
        `HOST is '${host}': it must be '*' for all interfaces, or an IPv4 address, IPv6 address or host name, without scheme and port`
      ])
    }
  )

  it('refuses an unknown log level with the known ones', () => {
    expect(refusals({ LOG_LEVEL: 'verbose' })).toEqual([
      `LOG_LEVEL is 'verbose': it must be one of ${logLevels.join(', ')}`
    ])
  })

  it('refuses a ping interval that is not shorter than the alive timeout', () => {
    expect(refusals({ PING_INTERVAL_SECONDS: '3' })).toEqual([
      "PING_INTERVAL_SECONDS is '3': it must be less than ALIVE_TIMEOUT_SECONDS, which is 3"
    ])
    expect(refusals({ ALIVE_TIMEOUT_SECONDS: '1' })).toEqual([
      "PING_INTERVAL_SECONDS is '1': it must be less than ALIVE_TIMEOUT_SECONDS, which is 1"
    ])
  })

  it('shows every mistake at once', () => {
    expect(refusals({ PORT: 'http', HOST: '', START_TIMEOUT_MS: '0', LOG_LEVEL: 'x' })).toHaveLength(3)
  })

  it('is not fooled by kinds named like members of objects', () => {
    const { startMsByKind } = accepted({ START_TIMEOUT_MS_BY_KIND: '{"__proto__":5,"constructor":6}' }).timeouts
    expect(Object.entries(startMsByKind)).toEqual([
      ['__proto__', 5],
      ['constructor', 6]
    ])
    expect(startMsByKind.toString).toBeUndefined()
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it.each([
    ['slow', 'JSON like {"kind":1} or pairs like kind=1,other=2'],
    ['{"slow":', 'JSON like {"kind":1} or pairs like kind=1,other=2'],
    ['=5', 'JSON like {"kind":1} or pairs like kind=1,other=2'],
    ['slow=5,', 'JSON like {"kind":1} or pairs like kind=1,other=2'],
    ['{"":5}', 'a kind of 1 to 256 bytes before each value'],
    [`${'k'.repeat(257)}=5`, 'a kind of 1 to 256 bytes before each value'],
    ['slow=5,slow=6', "one value for each kind, but 'slow' has two"],
    ['slow=0', "a whole number of milliseconds from 1 to 86400000 for each kind, but 'slow' has 0"],
    ['{"slow":{}}', "a whole number of milliseconds from 1 to 86400000 for each kind, but 'slow' has {}"],
    ['{"slow":null}', "a whole number of milliseconds from 1 to 86400000 for each kind, but 'slow' has null"]
  ])('refuses %s as timeouts by kind', (value, expected) => {
    expect(refusals({ START_TIMEOUT_MS_BY_KIND: value })).toEqual([
      `START_TIMEOUT_MS_BY_KIND is '${value}': it must be ${expected}`
    ])
  })

  it('warns about names that look like one of its own, and about no others', () => {
    const result = readConfig({
      ALIVE_TIMEOUT: '5',
      START_TIMEOUT_SECONDS: '5',
      PATH: '/bin',
      NODE_OPTIONS: '',
      HOSTNAME: 'x'
    })
    expect(result).toMatchObject({
      warnings: [
        'ALIVE_TIMEOUT is not a variable of the pod and is ignored; ALIVE_TIMEOUT_SECONDS is one',
        'START_TIMEOUT_SECONDS is not a variable of the pod and is ignored; START_TIMEOUT_MS is one'
      ]
    })
  })

  it('bounds every default by its own limits', () => {
    for (const variable of Object.values(variables)) {
      if (variable.type !== 'number') continue
      expect(variable.default).toBeGreaterThanOrEqual(variable.min)
      expect(variable.default).toBeLessThanOrEqual(variable.max)
    }
  })
})
