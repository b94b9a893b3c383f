// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import type { ContainerKind, ContainerUuid } from '@hcengineering/network-core'
import { Connections } from '../connection'
import { bin, Running, World, type Ran } from './world'

const sample = 'sample' as ContainerKind

let world: World

const kept = {
  uuid: 'night' as ContainerUuid,
  kind: 'closed-down' as ContainerKind,
  name: 'close',
  at: Date.UTC(2100, 0, 1),
  everyMs: 86_400_000
}

beforeAll(async () => {
  world = await World.start([kept])
  await world.agent()
  await world.client().get(sample, { uuid: 'held' as ContainerUuid, labels: ['eu', 'x'] })
})

afterAll(async () => await world.close())

/** What it printed as JSON. */
const json = ({ out }: Ran): unknown => JSON.parse(out) as unknown

describe('the built tool', () => {
  test('lists agents', async () => {
    const { code, out } = await world.run('agents')
    expect(out).toMatch(
      /^AGENT +ENDPOINT +CONTAINERS +CAPACITY +KINDS +STATE\n[0-9a-f-]{36} +127\.0\.0\.1:\d+ +\d+ +- +sample +serving/
    )
    expect(code).toBe(0)
    expect(json(await world.run('agents', '--json'))).toMatchObject([{ kinds: ['sample'] }])
  })

  test('lists kinds', async () => {
    expect((await world.run('kinds')).out).toBe('KIND    AGENTS\nsample       1\n')
    expect(json(await world.run('kinds', '--json'))).toEqual([{ kind: 'sample', agents: 1 }])
  })

  test('lists containers, by kind and label', async () => {
    const { out } = await world.run('containers', '--kind', 'sample', '--label', 'eu')
    expect(out).toMatch(/held +sample +[0-9a-f-]{36} +\S+ \S+ ago +active +eu, x\n$/)
    expect(json(await world.run('containers', '--label', 'x', '--json'))).toMatchObject([{ uuid: 'held' }])
    const none = await world.run('containers', '--kind', 'other')
    expect(none).toEqual({ code: 0, out: '', error: 'There are no such containers\n' })
    expect(json(await world.run('containers', '--kind', 'other', '--json'))).toEqual([])
  })

  test('lists containers that are lost, with what they wait for', async () => {
    const agent = await world.agent('brief')
    await world.client().get('brief' as ContainerKind, { uuid: 'orphaned' as ContainerUuid })
    await agent.close()
    const { out } = await world.run('containers', '--state', 'lost')
    expect(out).toMatch(/orphaned +brief +- +\S+ \S+ ago +lost, waits for an agent that offers kind brief\n$/)
    expect(json(await world.run('containers', '--kind', 'brief', '--json'))).toMatchObject([
      { uuid: 'orphaned', state: 'lost', holderCount: 1 }
    ])
    expect(await world.run('containers', '--state', 'LOST')).toMatchObject({
      code: 2,
      error: expect.stringContaining("lost, recovering, got 'LOST'") as string
    })
    const found = (await world.run('doctor')).out
    expect(found).toMatch(/1 lost; .*see network containers --state lost/)
    expect(found).toMatch(/waiting +kind brief, 1 held container: no agent offers it: start one/)
  })

  test('gets a container, and keeps it while it is asked to', async () => {
    expect((await world.run('get', 'sample', '--uuid', 'held')).out).toMatch(
      /^held of kind sample on agent [0-9a-f-]{36}\n$/
    )
    const keeping = world.begin(['get', 'sample', '--uuid', 'kept', '--hold', '--json'])
    await keeping.says('"kept"')
    expect(await world.network.operator.explain('kept' as ContainerUuid)).toMatchObject({ holderCount: 1 })
    keeping.child.kill('SIGINT')
    expect((await keeping.ended).code).toBe(0)
    expect(await world.network.operator.explain('kept' as ContainerUuid)).toMatchObject({ holderCount: 0 })
  })

  test('asks a container, with data on the line or on standard input', async () => {
    expect(await world.run('request', 'held', 'echo', '{"a":[1]}', '--json')).toMatchObject({
      code: 0,
      out: '{"a":[1]}\n'
    })
    expect((await world.run('request', 'held', 'bytes')).out).toBe('{\n  "data": "AQID",\n  "big": "10"\n}\n')
    expect((await world.begin(['request', 'held', 'echo', '-', '-j'], '[1,\n2]').ended).out).toBe('[1,2]\n')
    expect((await world.run('request', 'fresh', 'echo', '1', '--kind', 'sample')).out).toBe('1\n')
  })

  test('tells what a container threw', async () => {
    const failed = await world.run('request', 'held', 'other')
    expect(failed).toEqual({ code: 1, out: '', error: "Error: REMOTE_ERROR: no operation 'other'\n" })
    const { error } = await world.run('request', 'held', 'other', '--json')
    expect(JSON.parse(error)).toMatchObject({ error: { code: 'REMOTE_ERROR', retryable: false } })
    const unknown = await world.run('request', 'held', 'unknown')
    expect(unknown).toMatchObject({ code: 1, error: expect.stringContaining('UNKNOWN_OPERATION') as string })
  })

  test('gives up when an answer takes too long', async () => {
    expect((await world.run('request', 'held', 'never', '--timeout', '100ms')).code).toBe(5)
  })

  test('ends quietly when nobody reads what it says', async () => {
    const unread = world.begin(['agents'])
    unread.child.stdout?.destroy()
    expect(await unread.ended).toEqual({ code: 0, out: '', error: '' })
  })

  test('is interrupted', async () => {
    const waiting = world.begin(['request', 'held', 'never'])
    const asked = world.begin(['watch'])
    await asked.says('Watching')
    waiting.child.kill('SIGINT')
    // Before it listens to signals it ends by the signal itself
    expect([130, null]).toContain((await waiting.ended).code)
    asked.child.kill('SIGINT')
    expect((await asked.ended).code).toBe(0)
  })

  test('prints a stream line by line, and sends items', async () => {
    expect(await world.run('stream', 'held', 'count', '3')).toMatchObject({
      code: 0,
      out: '{"i":0}\n{"i":1}\n{"i":2}\n'
    })
    const both = await world.begin(['stream', 'held', 'double', '--input', '--json'], '1\n2\n').ended
    expect(both).toMatchObject({ code: 0, out: '2\n4\n' })
    expect((await world.run('stream', 'nowhere', 'count', '1')).code).toBe(3)
  })

  test('ends a stream when it is interrupted, and when nobody reads it any more', async () => {
    const endless = world.begin(['stream', 'held', 'forever'])
    await endless.says('100\n')
    endless.child.kill('SIGINT')
    expect((await endless.ended).code).toBe(0)
    const script = '"$0" "$1" stream held forever -c "$2" | head -2; echo "${PIPESTATUS[0]}"'
    const piped = spawn('bash', ['-c', script, process.execPath, bin, world.address], {
      stdio: ['ignore', 'pipe', 'inherit']
    })
    let out = ''
    piped.stdout.on('data', (text: Buffer) => (out += text.toString()))
    await new Promise((resolve) => piped.once('close', resolve))
    expect(out).toBe('0\n1\n0\n')
  })

  test('watches the network', async () => {
    const people = world.begin(['watch'])
    const programs = world.begin(['watch', '--json', '--kind', 'sample'])
    await Promise.all([people.says('Watching'), programs.says('Watching')])
    const reference = await world.client().get(sample, { uuid: 'seen' as ContainerUuid })
    await Promise.all([people.says('+ container seen of kind sample'), programs.says('"id":"seen"')])
    await reference.close()
    for (const { child } of [people, programs]) child.kill('SIGTERM')
    const [, { out, code }] = await Promise.all([people.ended, programs.ended])
    expect(code).toBe(0)
    expect(JSON.parse(out.split('\n')[0])).toMatchObject({
      what: 'container',
      event: 'added',
      id: 'seen',
      kinds: ['sample']
    })
  })

  test('explains a container', async () => {
    const { out, code } = await world.run('explain', 'held')
    expect(out).toMatch(/^Container held of kind sample\n +State: +active since .* ago\n +Agent: +[0-9a-f-]{36}\n/)
    expect(code).toBe(0)
    const known = json(await world.run('explain', 'held', '--json'))
    expect(known).toMatchObject({ state: 'active', holderCount: 1, labels: ['eu', 'x'], moves: [] })
    const unknown = await world.run('explain', 'nothing')
    expect(unknown).toMatchObject({ code: 3, out: '' })
  })

  test('explains why a get has failed, and the doctor tells of it', async () => {
    expect((await world.run('get', 'nobodys', '--uuid', 'wanted', '--timeout', '1s')).code).not.toBe(0)
    const { out, code } = await world.run('explain', 'wanted')
    expect(code).toBe(3)
    expect(out).toMatch(
      /^Container wanted of kind nobodys\n +State: +absent since .*\n +Gets failed: +1, .*: NO_AGENT, /
    )
    expect((await world.run('doctor')).out).toMatch(/failed gets +kind nobodys, 1 get with NO_AGENT/)
  })

  test('ends a container, and restarts a held one by force', async () => {
    expect((await world.run('terminate', 'held')).code).toBe(2)
    const forced = await world.run('terminate', 'held', '--force', '--reason', 'stuck')
    expect(forced).toMatchObject({ code: 0, out: 'held has ended there, and starts again\n' })
    // It waits until that is over
    await world.run('request', 'held', 'echo')
    expect((await world.run('explain', 'held')).out).toMatch(/asked to move on [0-9a-f-]{36}: stuck\n.* started on/)
    await world.run('get', 'sample', '--uuid', 'loose')
    expect(json(await world.run('terminate', 'loose', '--json'))).toEqual({
      uuid: 'loose',
      ended: true,
      restarts: false
    })
    expect((await world.run('explain', 'loose')).code).toBe(3)
    expect((await world.run('explain', 'loose')).out).toContain('ended on')
  })

  test('is told that a container cannot end yet', async () => {
    await world.run('request', 'busy', 'busy', '--kind', 'sample')
    const asked = await world.run('terminate', 'busy')
    expect(asked).toMatchObject({ code: 1, out: 'busy cannot end yet, and serves on: it is busy\n' })
    expect((await world.run('terminate', 'busy', '--force')).out).toBe('busy has ended\n')
  })

  test('lists reminders, and takes back those of containers that are no more', async () => {
    const { code, out } = await world.run('reminders', '--kind', 'closed-down')
    expect(out).toBe(
      'CONTAINER  KIND         REMINDER  DUE                      EVERY  TROUBLE\n' +
        'night      closed-down  close     2100-01-01 00:00:00 UTC  24 h\n'
    )
    expect(code).toBe(0)
    expect(json(await world.run('reminders', '--uuid', 'night', '--json'))).toEqual([kept])
    for (const option of ['--failing', '--kind=other', '--uuid=other'])
      expect((await world.run('reminders', option)).error).toBe('There are no such reminders\n')
    expect(await world.run('cancel-reminder', 'night', 'close')).toMatchObject({
      code: 0,
      out: 'close of night is cancelled\n'
    })
    const again = await world.run('cancel-reminder', 'night', 'close', '--json')
    expect(again.code).toBe(3)
    expect(json(again)).toEqual({ uuid: 'night', name: 'close', cancelled: false })
    expect(json(await world.run('reminders', '--json'))).toEqual([])
  })

  test('drains an agent', async () => {
    const host = await world.agent()
    await host.get(sample, { labels: ['moves'] })
    const agents = json(await world.run('agents', '--json')) as { agentId: string }[]
    const known = await world.network.list(sample)
    const { agentId } = known.find(({ labels = [] }) => labels.includes('moves')) ?? known[0]
    const { code, out } = await world.run('drain', agentId)
    expect(out).toMatch(/^Agent \S+ drains: \d+ containers? moved, \d+ ended, 0 left there\n$/)
    expect(code).toBe(0)
    expect((await world.run('agents')).out).toContain('draining')
    const other = agents.find((agent) => agent.agentId !== agentId)?.agentId ?? ''
    const watching = world.begin(['watch'])
    await watching.says('Watching')
    const last = await world.run('drain', other, '--timeout', '300ms', '--json')
    expect(last.code).toBe(1)
    const there = (await world.network.list()).filter((record) => record.agentId === other)
    const stay = there.map(({ uuid, kind }) => ({ uuid, kind }))
    expect(json(last)).toEqual({ agent: other, moved: 0, ended: 0, left: stay.length, stay })
    await watching.says(`~ agent ${other} drains; it offered sample`)
    watching.child.kill('SIGTERM')
    expect((await world.run('drain', other, '--timeout', '300ms')).out).toContain(
      `\n  ${stay[0].uuid} of kind ${sample}\n`
    )
    expect((await world.run('drain', 'nobody')).code).toBe(3)
    await world.agent()
  })

  test('checks the deployment', async () => {
    const { code, out } = await world.run('doctor')
    expect(out).toMatch(/ok +coordinator +reachability +connected in/)
    expect(out).toMatch(/warn +coordinator +ledger/)
    expect(out).toMatch(/\d+ ok, \d+ to look at, \d+ failed\n$/)
    const findings = json(await world.run('doctor', '--json')) as { of: string; check: string; level: string }[]
    expect(findings.filter(({ check }) => check === 'version').length).toBeGreaterThanOrEqual(2)
    expect(code).toBe(findings.some(({ level }) => level === 'fail') ? 1 : 0)
  })

  test('measures, with containers of its own and one that is there', async () => {
    const { code, out } = await world.run('bench', '--for', '100ms', '--parallel', '4', '--json')
    const measured = JSON.parse(out) as { what: string; count: number; failed: number }[]
    expect(code).toBe(0)
    expect(measured).toHaveLength(6)
    for (const { count, failed } of measured) expect([count > 0, failed]).toEqual([true, 0])
    expect((await world.run('kinds')).out).not.toContain('bench')
    const one = await world.run('bench', '--for', '100ms', '--uuid', 'held', '--operation', 'echo')
    expect(one.out).toContain("request 'echo' to held")
    expect((await world.run('bench', '--uuid', 'held')).code).toBe(2)
  }, 60_000)

  test('completes lines', async () => {
    expect((await world.run('complete', '--', 'expl')).out).toMatch(/^explain\t/)
    expect((await world.run('complete', '--', 'explain', 'hel')).out).toBe('held\tsample\n')
    const environment = { NETWORK_COORDINATOR: world.address }
    expect((await new Running(['complete', '--', 'explain', 'hel'], undefined, environment).ended).out).toBe(
      'held\tsample\n'
    )
    const scripts = await Promise.all(
      ['bash', 'zsh', 'fish'].map(async (shell) => await world.run('completion', shell))
    )
    for (const { out } of scripts) expect(out).toContain('network complete -- ')
    expect((await world.run('completion', 'csh')).code).toBe(2)
  })

  test('shows help, and its release', async () => {
    expect((await new Running(['--help']).ended).out).toContain('Usage')
    expect((await new Running([]).ended).code).toBe(2)
    expect((await new Running(['help', 'drain']).ended).out).toContain('network drain <agent> [options]')
    expect((await new Running(['--version']).ended).out).toMatch(/^\d+\.\d+\.\d+\n$/)
    const wrong = await new Running(['frobnicate']).ended
    expect([wrong.code, wrong.out]).toEqual([2, ''])
  })

  test('says that nobody listens there', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => closed.once('listening', resolve))
    const address = closed.address()
    const port = typeof address === 'object' ? address?.port : undefined
    await new Promise((resolve) => closed.close(resolve))
    const away = await new Running(['agents', '-c', `127.0.0.1:${port}`, '--connect-timeout', '300ms']).ended
    const hasty = await new Running(['agents', '-c', `127.0.0.1:${port}`, '--timeout', '200ms']).ended
    expect([hasty.code, hasty.error]).toEqual([4, expect.stringContaining('within 200 ms')])
    expect([away.code, away.error]).toEqual([4, expect.stringContaining(`127.0.0.1:${port} cannot be reached`)])
    expect(away.error).not.toContain('default address')
    expect((await new Running(['agents', '-c', 'http://x']).ended).code).toBe(2)

    const reach = { coordinator: `127.0.0.1:${port}`, isDefault: true, connectTimeoutMs: 200, requestTimeoutMs: 200 }
    const connections = new Connections(reach)
    await expect(connections.connect()).rejects.toThrow(
      /cannot be reached: .* That is the default address: give another with --coordinator, or in NETWORK_COORDINATOR/
    )
    await connections.close()
  })
})
