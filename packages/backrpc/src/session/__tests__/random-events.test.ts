// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { randomOf } from '../../__tests__/random'
import { pass, pump } from '../../runtime/pump'
import type { SendResult } from '../../transport/transport'
import { Body } from '../../wire/body'
import { decode } from '../../wire/codec'
import { EventMessage } from '../../wire/event-message'
import type { Frames } from '../../wire/frames'
import { protocol1, protocol2, type ProtocolVersion } from '../../wire/version'
import type { ClientEffect } from '../client-effects'
import { ClientSession } from '../client-session'
import type { Outbox } from '../outbox'
import type { ServerEffect } from '../server-effects'
import { ServerSessions } from '../server-sessions'
import { defaultSessionLimits } from '../session-limits'

const RESUME_MS = 2_000
const limits = {
  ...defaultSessionLimits,
  maxResumeEvents: 8,
  maxResumeBytes: 4_000,
  resumeMs: RESUME_MS,
  maxUnsentBytes: 9_000
}
const times = { pingIntervalMs: 1_000, tickMs: 50, aliveTimeoutMs: 60_000, limits }
const lost = new NetworkError('UNAVAILABLE', 'lost')

/** What one side has said to the other: each event once, in its place, or counted in a gap. */
class Way {
  told = 0
  /** What has been heard, or is known to be lost. */
  position = 0
  heard = 0
  lost = 0
  onHeard = (): void => {}

  hear(number: number): void {
    expect(number).toBe(this.position++)
    this.heard++
    this.onHeard()
  }

  miss(count: number | 'unknown'): void {
    this.position += count as number
    this.lost += count as number
  }
}

interface Line {
  readonly peer: string
  readonly toServer: Frames[]
  readonly toClient: Frames[]
}

/** A client and a server that tell each other events over connections that break. */
class Hop {
  readonly toServer = new Way()
  readonly toClient = new Way()
  private now = 0
  private serial = 0
  private readonly clientEffects: ClientEffect<string>[] = []
  private readonly serverEffects: ServerEffect<string>[] = []
  private readonly client: ClientSession<string>
  private readonly server: ServerSessions<string>
  private line: Line | undefined
  /** The last that broke: the server may not know of it yet, and what it carried may still come. */
  private old: Line | undefined

  constructor(
    private readonly random: () => number,
    protocol: ProtocolVersion
  ) {
    this.client = new ClientSession({ ...times, protocol, clientId: 'c', where: 'here' }, this.clientEffects)
    const options = { ...times, protocol, serverId: 's', newSessionId: () => `s/${this.serial++}` }
    this.server = new ServerSessions(options, this.serverEffects)
    // From here on the session is resumed
    this.heal()
  }

  step(): void {
    const choices: [number, () => void][] = [
      [8, () => this.tellServer()],
      [8, () => this.tellClient()],
      [14, () => this.deliver(this.line)],
      [2, () => this.deliver(this.old)],
      [2, () => this.pass(this.random() * RESUME_MS)],
      [3, () => this.connect()],
      [1, () => this.breakLine()],
      [1, () => this.notice()]
    ]
    let point = this.random() * choices.reduce((sum, [weight]) => sum + weight, 0)
    const [, act] = choices.find(([weight]) => (point -= weight) < 0) ?? choices[0]
    act()
    this.work()
  }

  heal(): void {
    for (let round = 0; round < 20; round++) {
      this.connect()
      this.notice()
      for (let rest = 500; rest > 0; rest--) {
        this.deliver(this.line)
        this.work()
      }
      this.pass(100)
    }
  }

  tellServer(): void {
    const event = this.eventOf(this.toServer)
    this.client.send(event)
  }

  tellClient(): void {
    const event = this.eventOf(this.toClient)
    const session = this.server.get('c')
    if (session !== undefined && !pass(session.conversation.outbox, event, (frames) => this.sendToClient(frames)))
      this.server.send('c', event)
  }

  private eventOf(way: Way): EventMessage {
    return new EventMessage(Body.of([way.told++, 'x'.repeat(this.random() * 500)]))
  }

  private deliver(line: Line | undefined): void {
    if (line === undefined) return
    const [toServer, toClient] = this.random() < 0.5 ? [line.toServer.shift()] : [undefined, line.toClient.shift()]
    if (toServer !== undefined) this.server.receive(line.peer, decode(toServer), this.now)
    if (toClient === undefined) return
    // What the last connection carried comes before what this one does, or never
    if (line === this.line) this.old?.toClient.splice(0)
    this.client.receive(decode(toClient), this.now)
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

  private breakLine(): void {
    if (this.line === undefined) return
    this.notice()
    this.old = this.line
    this.line = undefined
    this.client.disconnected(lost, this.now)
  }

  private notice(): void {
    if (this.old !== undefined) this.server.disconnected(this.old.peer, this.now)
    this.old = undefined
  }

  private work(): void {
    do {
      for (const effect of this.clientEffects.splice(0)) this.perform(effect, this.toClient)
      for (const effect of this.serverEffects.splice(0)) this.perform(effect, this.toServer)
      this.pump(this.client.conversation.outbox, (frames) => this.sendToServer(frames))
      const session = this.server.get('c')
      if (session?.address !== undefined && session.address === this.line?.peer) {
        this.pump(session.conversation.outbox, (frames) => this.sendToClient(frames))
      }
    } while (this.clientEffects.length + this.serverEffects.length > 0)
  }

  private pump(outbox: Outbox<string>, send: (frames: Frames) => SendResult): void {
    pump(outbox, this.now, send)
  }

  private sendToServer(frames: Frames): SendResult {
    if (this.line === undefined || this.random() < 0.1) return 'full'
    this.line.toServer.push(frames)
    return 'sent'
  }

  private sendToClient(frames: Frames): SendResult {
    if (this.server.get('c')?.address !== this.line?.peer || this.random() < 0.1) return 'full'
    this.line?.toClient.push(frames)
    return 'sent'
  }

  private perform(effect: ClientEffect<string> | ServerEffect<string>, way: Way): void {
    if (effect.kind === 'event') way.hear((effect.content as [number])[0])
    else if (effect.kind === 'gap') way.miss(effect.lost)
    else if (effect.kind === 'registered' && effect.fresh) this.client.registered(effect.generation)
    else if (effect.kind === 'reply' && effect.peer === this.line?.peer) this.line.toClient.push(effect.frames)
    else if (effect.kind === 'closed') throw new Error('The session is over')
  }
}

describe('events over two hops that break', () => {
  const cases = Array.from({ length: 16 }, (_, n): [number, number] => [1 + (n % 2), n >> 1])
  it.each(cases)('arrive once and in order, or are counted in a gap, in protocol %d, seed %d', (major, seed) => {
    const random = randomOf(seed)
    const protocol = major === 1 ? protocol1 : protocol2
    const first = new Hop(random, protocol)
    const second = new Hop(random, protocol)
    first.toServer.onHeard = () => second.tellClient()
    for (let step = 0; step < 1_500; step++) (random() < 0.5 ? first : second).step()
    first.heal()
    second.heal()
    for (const way of [first.toServer, first.toClient, second.toServer, second.toClient]) {
      expect(way.position).toBe(way.told)
      expect(way.heard + way.lost).toBe(way.told)
      expect(way.heard).toBeGreaterThan(way.told / 8)
    }
  })
})
