// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

import { BackRPCClient, type ClientId } from '@hcengineering/network-backrpc'
import { TickManagerImpl } from '@hcengineering/network-core'

import { PodProcess } from './pod-process'

afterEach(async () => await PodProcess.killAll())

/** A client whose get waits for an agent that never comes. */
async function waitingClient(
  port: number
): Promise<{ outcome: Promise<unknown>; register: () => Promise<void>; close: () => void }> {
  const client = new BackRPCClient(
    'waiting' as ClientId,
    { requestHandler: async (_method, _params, send) => await send(null) },
    '127.0.0.1',
    port,
    new TickManagerImpl(1)
  )
  await client.waitConnection()
  const outcome = client.request('gg', { kind: 'nobody', request: {} }).catch((error: unknown) => error)
  // Requests are answered in the order they arrive: with this answer, the get is known to be in progress
  await client.request('ak', {})
  const register = async (): Promise<void> => {
    client.request('ar', { uuid: 'agent', kinds: [], containers: [] }).catch(() => {})
    await client.request('ak', {})
  }
  return { outcome, register, close: () => client.close() }
}

describe('pod', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('listens, drains on %s and exits with 0', async (signal) => {
    const pod = new PodProcess()
    expect(await pod.port()).toBeGreaterThan(0)
    pod.signal(signal)
    const { code, lines, stderr } = await pod.end
    expect(code).toBe(0)
    expect(stderr).toBe('')
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['info', 'Listening'],
      ['info', `${signal}: draining`],
      ['info', 'Stopped']
    ])
  })

  it('takes an epoch larger than the one in its ledger, whatever the clock says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
    try {
      const file = join(folder, 'made', 'ledger.json')
      const first = new PodProcess({ LEDGER_FILE: file })
      await first.port()
      const { epoch } = JSON.parse(readFileSync(file, 'utf8')) as { epoch: number }
      expect(epoch).toBeGreaterThan(Date.UTC(2026, 0))
      first.signal('SIGKILL')
      await first.end
      const later = epoch + 1e9
      const content = { format: 1, epoch: later, leases: [['a', 3000]], voided: [] }
      writeFileSync(file, JSON.stringify(content))
      await new PodProcess({ LEDGER_FILE: file }).port()
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ...content, epoch: later + 1 })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('refuses to start while another one has its ledger, even a paused one, and starts once that is gone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
    try {
      const file = join(folder, 'ledger.json')
      const env = { LEDGER_FILE: file }
      const first = new PodProcess(env)
      await first.port()
      const before = readFileSync(file, 'utf8')
      first.signal('SIGSTOP')
      const { code, lines } = await new PodProcess(env).end
      expect(code).toBe(1)
      expect(lines).toEqual([
        expect.objectContaining({
          level: 'error',
          message: expect.stringContaining(`has the ledger ${file}`) as string
        })
      ])
      expect(readFileSync(file, 'utf8')).toBe(before)
      // Its socket stays behind
      first.signal('SIGKILL')
      await first.end
      const next = new PodProcess(env)
      await next.port()
      next.signal('SIGTERM')
      await next.end
      await new PodProcess(env).port()
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('says that nothing keeps others from its ledger where the path is too long for that, and starts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
    try {
      const file = join(folder, 'x'.repeat(100), 'ledger.json')
      const pod = new PodProcess({ LEDGER_FILE: file })
      await pod.port()
      pod.signal('SIGTERM')
      expect((await pod.end).lines).toContainEqual(
        expect.objectContaining({
          level: 'warn',
          message: 'Nothing keeps a second coordinator from this ledger',
          ledger: file
        })
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('says what keeps it from starting, where that is no coordinator', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
    try {
      const file = join(folder, 'ledger.json')
      writeFileSync(`${file}.lock`, '')
      const { code, lines } = await new PodProcess({ LEDGER_FILE: file }).end
      expect(code).toBe(1)
      expect(lines).toEqual([
        expect.objectContaining({ message: expect.stringContaining(`remove ${file}.lock`) as string })
      ])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('leaves a lock that every user can ask whether somebody has it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
    try {
      const file = join(folder, 'ledger.json')
      await new PodProcess({ LEDGER_FILE: file }).port()
      expect(statSync(`${file}.lock`).mode % 0o1000).toBe(0o666)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it.each([
    ['cannot be written', '/proc/ledger.json', 'cannot be written at /proc/ledger.json'],
    ['is something else', __filename, 'is not the ledger of a coordinator']
  ])('refuses to start when its ledger %s', async (_, file, reason) => {
    const { code, lines } = await new PodProcess({ LEDGER_FILE: file }).end
    expect(code).toBe(1)
    expect(lines).toEqual([
      expect.objectContaining({ level: 'error', message: expect.stringContaining(reason) as string })
    ])
  })

  it('writes nothing that the log level silences', async () => {
    const pod = new PodProcess({ LOG_LEVEL: 'debug' })
    const port = await pod.port()
    const silent = new PodProcess({ LOG_LEVEL: 'silent', PORT: String(port) })
    expect(await silent.end).toEqual({ code: 1, lines: [], stderr: '' })
  })

  it('refuses a bad configuration with a sentence for each mistake', async () => {
    const { code, lines, stderr } = await new PodProcess({ PORT: 'http', START_TIMEOUT_MS: '0' }).end
    expect(code).toBe(1)
    expect(stderr).toBe('')
    expect(lines).toMatchObject([
      { level: 'error', variable: 'PORT', value: 'http', message: expect.stringContaining('from 0 to 65535') },
      { level: 'error', variable: 'START_TIMEOUT_MS', value: '0' }
    ])
  })

  it('refuses an argument that it does not know, and starts nothing', async () => {
    const { code, lines, stderr } = await new PodProcess({}, ['--heath']).end
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(lines).toMatchObject([{ level: 'error', message: expect.stringContaining("'--heath'") }])
  })

  it('warns about misspelt variables', async () => {
    const pod = new PodProcess({ ALIVE_TIMEOUT: '5' })
    expect(await pod.line('ALIVE_TIMEOUT is not a variable')).toMatchObject({ level: 'warn' })
    await pod.port()
  })

  it('names address and cause in one line when its port is in use', async () => {
    const port = await new PodProcess().port()
    const { code, lines, stderr } = await new PodProcess({ PORT: String(port) }).end
    expect(code).toBe(1)
    expect(stderr).toBe('')
    expect(lines).toMatchObject([{ level: 'error', host: '127.0.0.1', port, code: 'UNAVAILABLE' }])
    // What is refused says why: no stacks
    expect(lines[0]).not.toHaveProperty('error')
    expect(lines[0].message).toMatch(/^Cannot listen at .*in use/)
    expect(lines[0].message).toContain(`127.0.0.1:${port}`)
  })

  it.each(['192.0.2.1', `${'x'.repeat(64)}.invalid`])(
    'names address and cause in one line when it cannot listen on %s',
    async (host) => {
      const { code, lines, stderr } = await new PodProcess({ HOST: host }).end
      expect(code).toBe(1)
      expect(stderr).toBe('')
      expect(lines).toHaveLength(1)
      expect(lines[0]).toMatchObject({ level: 'error', host, message: expect.stringContaining(host) })
    }
  )

  it('ends within its drain timeout, with requests in flight', async () => {
    const pod = new PodProcess({ DRAIN_TIMEOUT_MS: '1' })
    const client = await waitingClient(await pod.port())
    pod.signal('SIGTERM')
    expect(await pod.end).toMatchObject({ code: 0, stderr: '' })
    client.close()
    expect(await client.outcome).toBeInstanceOf(Error)
  })

  it('ends at once on a second signal', async () => {
    const pod = new PodProcess({ DRAIN_TIMEOUT_MS: '60000' })
    const client = await waitingClient(await pod.port())
    pod.signal('SIGTERM')
    await pod.line('SIGTERM: draining')
    pod.signal('SIGTERM')
    expect(await pod.end).toMatchObject({ code: 143 })
    client.close()
  })

  // A pipe that nobody uses keeps who opens it, as a file does on a disk that is out of reach
  it('ends when the disk of its ledger does not answer: while it starts, on a second signal, and out of time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
    const stuckAt = (name: string): Buffer => execFileSync('mkfifo', [join(folder, name)])
    const registering = async (ledger: string, drainTimeoutMs: string): Promise<PodProcess> => {
      const pod = new PodProcess({ LEDGER_FILE: join(folder, ledger), DRAIN_TIMEOUT_MS: drainTimeoutMs })
      const client = await waitingClient(await pod.port())
      stuckAt(`${ledger}.new`)
      await client.register()
      pod.signal('SIGTERM')
      await pod.line('SIGTERM: draining')
      void pod.end.then(client.close)
      return pod
    }
    try {
      stuckAt('first')
      const starting = new PodProcess({ LEDGER_FILE: join(folder, 'first'), DRAIN_TIMEOUT_MS: '1' })
      while (!existsSync(join(folder, 'first.lock'))) await setTimeout(20)
      starting.signal('SIGTERM')
      await starting.line('Stopped before the start had ended')
      await starting.end

      const impatient = await registering('second', '60000')
      impatient.signal('SIGTERM')
      await impatient.end

      const late = await registering('third', '1')
      await late.line('Stopped before the drain had ended')
      await late.end
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('logs an unhandled error and exits with 1', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'network-pod-'))
    const fault = join(folder, 'fault.js')
    writeFileSync(fault, "process.on('SIGUSR2', () => { Promise.reject(new Error('injected')) })")
    try {
      const pod = new PodProcess({ NODE_OPTIONS: `--require ${fault}` })
      await pod.port()
      pod.signal('SIGUSR2')
      const { code, lines, stderr } = await pod.end
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
      expect(lines.at(-1)).toMatchObject({
        level: 'error',
        message: 'Unhandled error: injected',
        origin: 'unhandledRejection'
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('health check', () => {
  const check = async (port: number): Promise<{ code: number | null; lines: readonly unknown[] }> =>
    await new PodProcess({ PORT: String(port) }, ['--health']).end

  it('exits with 0 while the coordinator answers, and with 1 and a line when it is gone', async () => {
    const pod = new PodProcess()
    const port = await pod.port()
    expect(await check(port)).toEqual({ code: 0, lines: [], stderr: '' })
    pod.signal('SIGTERM')
    await pod.end
    const { code, lines } = await check(port)
    expect(code).toBe(1)
    expect(lines).toMatchObject([{ level: 'error', message: expect.stringContaining(`127.0.0.1:${port}`) }])
  })

  it('exits with 1 when the coordinator does not answer', async () => {
    const pod = new PodProcess()
    const port = await pod.port()
    pod.signal('SIGSTOP')
    expect(await check(port)).toMatchObject({ code: 1, lines: [{ level: 'error' }] })
  })

  it('exits with 1 when the port is not known', async () => {
    expect(await check(0)).toMatchObject({ code: 1, lines: [{ message: expect.stringContaining('PORT is 0') }] })
  })
})
