// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { defaultTimeoutsMs } from '@hcengineering/network-core'

import { readConfig } from '../config'
import { goodbyeMs } from '../pod'
import { variables } from '../variables'
import { readYaml, type Value } from './yaml'

const pod = join(__dirname, '..', '..')
const read = (file: string): string => readFileSync(join(pod, file), 'utf8')
const dockerfile = read('Dockerfile')

/** The command of that instruction of the Dockerfile, which is a list in JSON. */
function inDockerfile(instruction: string): string[] {
  const line = dockerfile.split('\n').find((text) => text.startsWith(`${instruction} `)) ?? ''
  return JSON.parse(line.slice(line.indexOf('['))) as string[]
}

const command = inDockerfile('CMD')
const health = inDockerfile('HEALTHCHECK')
const volume = /^VOLUME (\S+)$/m.exec(dockerfile)?.[1]

/** One member after the other; a number stands for a place in a list. */
function at(value: Value, ...path: (string | number)[]): Value {
  let found = value
  for (const step of path) found = (found as Record<string | number, Value> | undefined)?.[step]
  return found
}

/** An environment that the pod takes without refusal or warning, all of it its own variables. */
function expectAccepted(environment: Readonly<Record<string, string>>): void {
  expect(Object.keys(environment).filter((name) => !(name in variables))).toEqual([])
  expect(readConfig(environment)).toMatchObject({ ok: true, warnings: [] })
}

const seconds = (value: Value): number => Number(/^(\d+)s?$/.exec(String(value))?.[1])
const drainSeconds = (variables.DRAIN_TIMEOUT_MS.default + goodbyeMs) / 1000
const agentSeconds = (defaultTimeoutsMs.agentDrain + defaultTimeoutsMs.terminate) / 1000

describe('deploy/kubernetes.yaml', () => {
  const documents = readYaml(read('deploy/kubernetes.yaml'))
  const find = async (kind: string, name: string): Promise<Value> =>
    (await documents).find((one) => at(one, 'kind') === kind && at(one, 'metadata', 'name') === name)
  const template = ['spec', 'template', 'spec'] as const
  const container = [...template, 'containers', 0] as const

  it('runs one coordinator, with variables that it accepts, on the port of its service', async () => {
    const set = await find('StatefulSet', 'network')
    expect(at(set, 'spec', 'replicas')).toBe('1')
    const list = at(set, ...container, 'env') as { name: string; value: string }[]
    const environment = Object.fromEntries(list.map(({ name, value }) => [name, value]))
    expectAccepted(environment)
    expect(environment.PORT).toBe(String(variables.PORT.default))
    expect(at(set, ...container, 'ports', 0, 'containerPort')).toBe(environment.PORT)
    const service = await find('Service', 'network')
    expect(at(service, 'spec', 'ports', 0, 'port')).toBe(environment.PORT)
    expect(at(service, 'spec', 'selector')).toEqual(at(set, 'spec', 'template', 'metadata', 'labels'))
    const policy = await find('NetworkPolicy', 'network')
    expect(at(policy, 'spec', 'ingress', 0, 'ports', 0, 'port')).toBe(environment.PORT)
  })

  it('asks the health check of the image, and is patient for longer than that is', async () => {
    const set = await find('StatefulSet', 'network')
    for (const probe of ['readinessProbe', 'livenessProbe']) {
      expect(at(set, ...container, probe, 'exec', 'command')).toEqual(health)
      expect(Number(at(set, ...container, probe, 'timeoutSeconds')) * 1000).toBeGreaterThan(defaultTimeoutsMs.hello)
    }
  })

  it('keeps the ledger on a volume, and lets nothing else be written', async () => {
    const set = await find('StatefulSet', 'network')
    const [mount] = at(set, ...container, 'volumeMounts') as { name: string; mountPath: string }[]
    expect(mount.mountPath).toBe(volume)
    expect(mount.name).toBe(at(set, 'spec', 'volumeClaimTemplates', 0, 'metadata', 'name'))
    expect(at(set, ...container, 'securityContext', 'readOnlyRootFilesystem')).toBe('true')
  })

  it('waits with the kill until everything is drained', async () => {
    const set = await find('StatefulSet', 'network')
    expect(seconds(at(set, ...template, 'terminationGracePeriodSeconds'))).toBeGreaterThan(drainSeconds)
    const agents = await find('Deployment', 'agent')
    expect(seconds(at(agents, ...template, 'terminationGracePeriodSeconds'))).toBeGreaterThan(agentSeconds)
  })

  it('lets agents reach the coordinator', async () => {
    const agents = await find('Deployment', 'agent')
    const labels = at(agents, 'spec', 'template', 'metadata', 'labels')
    const policy = await find('NetworkPolicy', 'network')
    const admitted = at(policy, 'spec', 'ingress', 0, 'from', 0, 'podSelector', 'matchLabels')
    expect(labels).toMatchObject(admitted as object)
    expect(at(agents, ...container, 'env', 0)).toEqual({
      name: 'COORDINATOR',
      value: `network:${variables.PORT.default}`
    })
  })
})

describe('deploy/compose.yaml', () => {
  const document = readYaml(read('deploy/compose.yaml')).then(([first]) => first)

  it('runs the coordinator with variables that it accepts, on its port, with its volume', async () => {
    const service = at(await document, 'services', 'network')
    const environment = at(service, 'environment') as Record<string, string>
    expectAccepted(environment)
    expect(String(at(service, 'ports', 0)).endsWith(`:${variables.PORT.default}:${environment.PORT}`)).toBe(true)
    expect(at(service, 'volumes')).toEqual([`ledger:${volume}`])
    expect(at(await document, 'volumes')).toEqual({ ledger: undefined })
  })

  it('waits with the kill until everything is drained', async () => {
    expect(seconds(at(await document, 'services', 'network', 'stop_grace_period'))).toBeGreaterThan(drainSeconds)
    expect(seconds(at(await document, 'services', 'agent', 'stop_grace_period'))).toBeGreaterThan(agentSeconds)
  })
})

describe('deploy/network.service', () => {
  const lines = read('deploy/network.service').split('\n')
  const settings = (name: string): string[] =>
    lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1))

  it('starts as the image does, with variables that it accepts', () => {
    const started = settings('ExecStart')[0]
      .split(' ')
      .map((word) => word.replace(/^\/.*\//, ''))
    expect(started).toEqual(command)
    const pairs = settings('Environment').map((text) => text.split('=') as [string, string])
    const { NODE_ENV, ...environment } = Object.fromEntries(pairs)
    expect(NODE_ENV).toBe('production')
    expectAccepted(environment)
    expect(environment.LEDGER_FILE.startsWith(`/var/lib/${settings('StateDirectory')[0]}/`)).toBe(true)
  })

  it('stops by the signal that drains, and waits for it', () => {
    expect(settings('KillSignal')).toEqual(['SIGTERM'])
    expect(seconds(settings('TimeoutStopSec')[0])).toBeGreaterThan(drainSeconds)
  })
})
