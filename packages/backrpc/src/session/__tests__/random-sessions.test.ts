// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { drawnTransitions } from '@hcengineering/network-rig/state-diagram'
import { randomOf } from '../../__tests__/random'
import { Body } from '../../wire/body'
import type { Frames } from '../../wire/frames'
import { protocol1, protocol2, type ProtocolVersion } from '../../wire/version'
import type { ClientEffect } from '../client-effects'
import { ClientSession } from '../client-session'
import type { Execution, Sink } from '../conversation-effects'
import type { Outbox } from '../outbox'
import type { ServerEffect } from '../server-effects'
import { ServerSessions } from '../server-sessions'
import { defaultSessionLimits } from '../session-limits'
import { decode } from '../../wire/codec'
import { EventMessage } from '../../wire/event-message'

/** One request, as whoever made it remembers it. */
interface Call {
  readonly name: string
  readonly resend: boolean
  executions: number
  settled: string[]
}

const times = {
  pingIntervalMs: 1_000,
  tickMs: 50,
  aliveTimeoutMs: 3_000,
  limits: {
    ...defaultSessionLimits,
    maxInFlight: 4,
    maxUnsentBytes: 3_000,
    // Answers in parts, where it is large
    maxWholeAnswerBytes: 100,
    answerPartBytes: 40,
    maxIncompleteBytes: 1_000
  }
}
/** Makes an answer large. */
const FILLER = '_'
const lost = new NetworkError('UNAVAILABLE', 'lost')

/** A client and a server that restarts, with a line between them that breaks. Every choice comes from the seed. */
class World {
  readonly calls: Call[] = []
  readonly heard: number[] = []
  /** Answers that came in parts, if they can. */
  large = 0
  private now = 0
  private clientEffects: ClientEffect<Call>[] = []
  private serverEffects: ServerEffect<Call>[] = []
  private readonly client: ClientSession<Call>
  private server: ServerSessions<Call>
  private line: { readonly peer: string; readonly toServer: Frames[]; readonly toClient: Frames[] } | undefined
  /** Connections that broke, and of which the server does not know yet. */
  private readonly unnoticed: string[] = []
  private readonly running: { readonly execution: Execution<Call>; readonly sink: Sink<Call> }[] = []
  /** New sessions that the client's owner sets up. */
  private readonly settingUp: number[] = []
  private serial = 0
  private events = 0
  private readonly random: () => number
  private readonly became = { client: new Set<string>(), server: new Set<string>() }
  private serverState = '[*]'

  constructor(
    seed: number,
    private readonly protocol: ProtocolVersion
  ) {
    this.random = randomOf(seed)
    this.client = new ClientSession<Call>({ ...times, protocol, clientId: 'c', where: 'here' }, this.clientEffects)
    this.watchClient()
    this.server = this.newServer()
  }

  step(): void {
    const choices: [number, () => void][] = [
      [6, () => this.ask()],
      [2, () => this.tell()],
      [12, () => this.deliverToServer()],
      [12, () => this.deliverToClient()],
      [6, () => this.answerOne()],
      [2, () => this.pass(this.random() * 2_000)],
      [3, () => this.connect()],
      [4, () => this.setUp()],
      [1, () => this.breakLine()],
      [1, () => this.notice()],
      [0.1, () => this.server.end('c', true)],
      [0.1, () => this.restart()]
    ]
    let point = this.random() * choices.reduce((sum, [weight]) => sum + weight, 0)
    const [, act] = choices.find(([weight]) => (point -= weight) < 0) ?? choices[0]
    act()
    this.work()
  }

  /** The faults are over: everything that can be done is done. */
  heal(): void {
    for (let round = 0; round < 200; round++) {
      this.connect()
      this.notice()
      while (this.deliverToServer() || this.deliverToClient() || this.answerOne()) this.work()
      this.setUp()
      this.pass(100)
      this.work()
    }
  }

  /** The client is done; what it says last arrives, if it can. */
  close(): void {
    const goodbye = this.client.close()
    if (goodbye !== undefined) this.line?.toServer.push(goodbye)
    while (this.deliverToServer()) this.work()
  }

  /** What the states of both sides have become, as docs/STATES.md draws it. */
  get transitions(): { readonly client: ReadonlySet<string>; readonly server: ReadonlySet<string> } {
    return this.became
  }

  get streamsOpen(): [number, number] {
    return [this.client.conversation.streams.size, this.server.get('c')?.conversation.streams.size ?? 0]
  }

  private watchClient(): void {
    const { client } = this.became
    let state: string = this.client.state
    client.add(`[*] --> ${state}`)
    const set = (to: string): void => {
      if (to !== state) client.add(`${state} --> ${to}`)
      state = to
    }
    const { gate } = this.client as unknown as { gate: object }
    Object.defineProperty(gate, 'phase', { get: () => state, set })
  }

  private watchServer(): void {
    const session = this.server.get('c')
    const state = session === undefined ? '[*]' : session.address === undefined ? 'detached' : 'attached'
    if (state !== this.serverState) this.became.server.add(`${this.serverState} --> ${state}`)
    this.serverState = state
  }

  private ask(): void {
    const call: Call = { name: `call-${this.serial++}`, resend: this.random() < 0.5, executions: 0, settled: [] }
    this.calls.push(call)
    const { name, resend } = call
    const timeoutMs = this.random() < 0.1 ? 3_000 : 0
    const asked = { method: name, body: Body.of(null), tag: call, resend, early: false, timeoutMs }
    const byClient = this.random() < 0.7
    const asking = byClient ? this.client.request(asked, this.now) : this.server.request('c', asked, this.now)
    if (asking instanceof NetworkError) call.settled.push(asking.code)
  }

  private tell(): void {
    if (this.server.send('c', new EventMessage(Body.of(this.events))) === undefined) this.events++
  }

  private deliverToServer(): boolean {
    const frames = this.line?.toServer.shift()
    if (frames === undefined || this.line === undefined) return false
    this.server.receive(this.line.peer, decode(frames), this.now)
    return true
  }

  private deliverToClient(): boolean {
    const frames = this.line?.toClient.shift()
    if (frames === undefined) return false
    this.client.receive(decode(frames), this.now)
    return true
  }

  private answerOne(): boolean {
    const index = Math.floor(this.random() * this.running.length)
    const [next] = this.running.splice(index, 1)
    if (next === undefined) return false
    const { execution, sink } = next
    const length = this.random() < 0.3 ? 400 + this.random() * 800 : 0
    execution.conversation.answer(execution, execution.method.padEnd(length, FILLER), sink)
    this.server.answered('c')
    return true
  }

  private pass(ms: number): void {
    const end = this.now + ms
    for (let next = this.nextDeadline(); next <= end; next = this.nextDeadline()) {
      this.now = Math.max(this.now, next)
      this.client.advance(this.now)
      this.server.advance(this.now)
      this.work()
    }
    this.now = end
  }

  private nextDeadline(): number {
    return Math.min(this.client.nextDeadline(), this.server.nextDeadline())
  }

  private connect(): void {
    if (this.line !== undefined) return
    this.line = { peer: `address-${this.serial++}`, toServer: [], toClient: [] }
    this.client.connected(this.now)
  }

  /** The client's owner has done what there is to do in a new session. */
  private setUp(): void {
    const generation = this.settingUp.shift()
    if (generation !== undefined) this.client.registered(generation)
  }

  private breakLine(): void {
    if (this.line === undefined) return
    this.unnoticed.push(this.line.peer)
    this.line = undefined
    this.client.disconnected(lost, this.now)
  }

  private notice(): void {
    const peer = this.unnoticed.shift()
    if (peer !== undefined) this.server.disconnected(peer, this.now)
  }

  private restart(): void {
    this.breakLine()
    this.unnoticed.length = 0
    this.server.close()
    this.work()
    this.server = this.newServer()
    this.serverState = '[*]'
  }

  private newServer(): ServerSessions<Call> {
    this.serverEffects = []
    const id = `server-${this.serial++}`
    const options = { ...times, protocol: this.protocol, serverId: id, newSessionId: () => `${id}/${this.serial++}` }
    return new ServerSessions(options, this.serverEffects)
  }

  /** Does what both sides ask for, until nothing is left to do. */
  private work(): void {
    this.watchServer()
    do {
      for (const effect of this.clientEffects.splice(0)) this.perform(effect, this.clientEffects)
      for (const effect of this.serverEffects.splice(0)) this.perform(effect, this.serverEffects)
      this.pump(this.client.conversation.outbox, (frames) => this.line?.toServer.push(frames))
      const session = this.server.get('c')
      if (session?.address !== undefined && session.address === this.line?.peer) {
        this.pump(session.conversation.outbox, (frames) => this.line?.toClient.push(frames))
      }
    } while (this.clientEffects.length + this.serverEffects.length > 0)
  }

  private pump(outbox: Outbox<Call>, send: (frames: Frames) => void): void {
    for (let next = outbox.peek(this.now); next !== undefined; next = outbox.peek(this.now)) {
      send(next.frames)
      outbox.sent(next)
    }
  }

  private perform(effect: ClientEffect<Call> | ServerEffect<Call>, sink: Sink<Call>): void {
    switch (effect.kind) {
      case 'answered':
        expect((effect.body.value as string).replace(/_+$/, '')).toBe(effect.request.asked.tag.name)
        if (effect.body.size > 400) this.large++
        effect.request.asked.tag.settled.push('answered')
        break
      case 'failed':
        effect.request.asked.tag.settled.push(effect.error.code)
        break
      case 'execute': {
        const call = this.calls.find(({ name }) => name === effect.execution.method) as Call
        call.executions++
        this.running.push({ execution: effect.execution, sink })
        break
      }
      case 'event':
        this.heard.push(effect.content as number)
        break
      case 'registered':
        if (effect.fresh) this.settingUp.push(effect.generation)
        break
      case 'reply':
        if (effect.peer === this.line?.peer) this.line.toClient.push(effect.frames)
    }
  }
}

describe('sessions over a line that breaks, with a server that restarts', () => {
  const cases = Array.from({ length: 50 }, (_, n): [number, number] => [1 + (n % 2), n >> 1])
  it.each(cases)('keep their promises in protocol %d, seed %d', (major, seed) => {
    const world = new World(seed, major === 1 ? protocol1 : protocol2)
    for (let step = 0; step < 1_000; step++) world.step()
    world.heal()
    for (const { name, resend, executions, settled } of world.calls) {
      expect([name, settled]).toEqual([name, [expect.any(String)]])
      if (!resend) expect([name, executions <= 1]).toEqual([name, true])
      if (settled[0] === 'answered') expect([name, executions >= 1]).toEqual([name, true])
      if (settled[0] === 'UNAVAILABLE' || settled[0] === 'OVERLOADED') expect([name, executions]).toEqual([name, 0])
    }
    expect(world.heard).toEqual([...new Set(world.heard)].sort((a, b) => a - b))
    const answered = world.calls.filter(({ settled }) => settled[0] === 'answered')
    expect(answered.length).toBeGreaterThan(world.calls.length / 4)
    expect(world.heard.length).toBeGreaterThan(0)
    expect(world.large).toBeGreaterThan(0)
    expect(world.streamsOpen).toEqual([0, 0])
  })

  it('go every way that docs/STATES.md draws, and no other', () => {
    const client = new Set<string>()
    const server = new Set<string>()
    for (let seed = 0; seed < 40; seed++) {
      const world = new World(seed, protocol2)
      for (let step = 0; step < 25 * seed; step++) world.step()
      world.close()
      for (const transition of world.transitions.client) client.add(transition)
      for (const transition of world.transitions.server) server.add(transition)
    }
    expect([...client].sort()).toEqual(drawnTransitions('client session'))
    expect([...server].sort()).toEqual(drawnTransitions('server session'))
  })
})
