// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentRecord } from '../../api/agent'
import type { ContainerRecord } from '../../api/container'
import type { NetworkEffect, NetworkState } from '..'
import type { GiveUp } from '../rows'
import { clientId, uuidOf, type EffectOf } from './test-network'

/** Our own books of what the effects have promised, compared with what the state says. */
export class Ledger {
  /** Who asked. */
  readonly pendingGets = new Map<number, string>()
  readonly registrations = new Set<number>()
  /** Until when an agent that is gone may serve that container. */
  readonly leasedUntil = new Map<string, number>()
  /** What they had serves nobody else before it is written that they were given up. */
  readonly unwritten = new Map<string | undefined, GiveUp>()
  now = 0
  readonly starts: [start: EffectOf<'start'>, life: number][] = []
  readonly terminations: EffectOf<'terminate'>[] = []
  readonly known = new Set<string>()
  private readonly serving = new Set<string>()
  readonly holds = new Map<string, number>()
  /** `agent uuid` of everything an agent thinks it serves, standby copies of 0.7 agents aside. */
  readonly believed = new Set<string>()
  private readonly offers = new Map<string, ReadonlySet<string>>()
  readonly records = new Map<number, AgentRecord>()
  /** How often each agent left: what was asked of an earlier process is not in the later one. */
  private readonly lives = new Map<string, number>()
  /** References to what ended during this input: only a client that ends with it may leave some. */
  private readonly heldAndGone = new Set<string>()
  lastToken = { epoch: 0, counter: 0 }

  hold(client: string, uuid: string, change: number): void {
    const key = `${client} ${uuid}`
    const count = (this.holds.get(key) ?? 0) + change
    if (count === 0) this.holds.delete(key)
    else this.holds.set(key, count)
  }

  take(effect: NetworkEffect): void {
    switch (effect.type) {
      case 'get-settled':
      case 'hold-counted':
      case 'get-failed':
        this.getEnded(effect)
        return
      case 'registered':
        must(this.registrations.delete(effect.registrationId), `one end of registration ${effect.registrationId}`)
        this.known.add(effect.agentId)
        this.believeRecord(effect)
        return
      case 'registration-failed':
        must(this.registrations.delete(effect.registrationId), `one end of registration ${effect.registrationId}`)
        return
      case 'agent-removed':
        must(this.known.delete(effect.agentId), `agent ${effect.agentId} was known`)
        this.lives.set(effect.agentId, this.lifeOf(effect.agentId) + 1)
        this.forgetBeliefs(effect.agentId)
        return
      case 'start':
        must(this.known.has(effect.agentId), `agent ${effect.agentId} is known when asked for a start`)
        must(newer(effect.token, this.lastToken), 'tokens grow')
        must(!this.isLeased(effect.options.uuid), `container ${effect.options.uuid} may be served by nobody else`)
        this.lastToken = effect.token
        this.starts.push([effect, this.lifeOf(effect.agentId)])
        return
      case 'terminate':
        must(this.known.has(effect.agentId), `agent ${effect.agentId} is known when asked for an end`)
        this.terminations.push(effect)
        this.believed.delete(`${effect.agentId} ${effect.uuid}`)
        return
      case 'deactivate':
        this.believed.delete(`${effect.agentId} ${effect.uuid}`)
        return
      case 'ready':
        must(this.known.has(effect.agentId), `agent ${effect.agentId} is known when ready`)
        this.serving.add(effect.uuid)
        this.leasedUntil.delete(effect.uuid)
        this.unwritten.delete(effect.uuid)
        return
      case 'gone':
        this.serving.delete(effect.uuid)
        for (const key of this.holds.keys()) if (key.endsWith(` ${effect.uuid}`)) this.heldAndGone.add(key)
        return
      case 'client-removed':
        this.forgetHolds(effect.client)
        return
      default:
    }
  }

  lifeOf(agent: string): number {
    return this.lives.get(agent) ?? 0
  }

  /** The agent has what it listed when it registered, except what it is told to terminate. */
  private believeRecord({ registrationId, agentId: agent, terminate }: EffectOf<'registered'>): void {
    const registered = this.records.get(registrationId)
    this.forgetBeliefs(agent)
    if (registered !== undefined) this.offers.set(agent, new Set(registered.kinds))
    for (const container of registered?.containers ?? []) {
      if (container.ends === true) this.unwritten.delete(container.uuid)
      else this.believe(agent, container)
    }
    for (const uuid of terminate) this.believed.delete(`${agent} ${uuid}`)
  }

  believe(agent: string, { uuid, kind, stateless, token }: ContainerRecord): void {
    const waits = stateless === true && token === undefined
    const alwaysServes = stateless !== true && this.offers.get(agent)?.has(kind) !== true
    if (waits || alwaysServes) this.believed.delete(`${agent} ${uuid}`)
    else this.believed.add(`${agent} ${uuid}`)
  }

  private forgetBeliefs(agent: string): void {
    for (const key of [...this.believed]) if (key.startsWith(`${agent} `)) this.believed.delete(key)
  }

  forgetHolds(client: string): void {
    for (const keys of [this.holds, this.heldAndGone]) {
      for (const key of [...keys.keys()]) if (key.startsWith(`${client} `)) keys.delete(key)
    }
  }

  private getEnded(effect: EffectOf<'get-settled' | 'hold-counted' | 'get-failed'>): void {
    const client = this.pendingGets.get(effect.getId)
    if (client === undefined) throw new Error(`get ${effect.getId} ended, which is not pending`)
    this.pendingGets.delete(effect.getId)
    if (effect.type === 'get-failed') return
    const serves = effect.type === 'hold-counted' || this.serving.has(effect.uuid)
    must(serves, `${effect.uuid} serves when a get settles with it`)
    this.hold(client, effect.uuid, 1)
  }

  /** Throws when the state disagrees with the books. */
  compare(state: NetworkState): void {
    const uuidsListed = state.list().map(({ uuid }) => uuid)
    must(new Set(uuidsListed).size === uuidsListed.length, 'one live container per uuid')
    for (const [key, count] of this.holds) {
      const [client, uuid] = key.split(' ')
      must(state.holds(clientId(client), uuidOf(uuid)) === count, `${client} holds ${uuid} ${count} times`)
    }
    must(this.heldAndGone.size === 0, `no end of what is held: ${[...this.heldAndGone].join()}`)
    const asked = new Set(this.starts.map(([{ agentId: agent, options }]) => `${agent} ${options.uuid}`))
    for (const { agentId: agent, uuid } of this.terminations) asked.add(`${agent} ${uuid}`)
    for (const key of this.believed) {
      const [agent, uuid] = key.split(' ')
      if (asked.has(key)) continue
      must(state.lookup(uuidOf(uuid))?.agentId === agent, `agent ${agent} to know that ${uuid} is not its own`)
    }
    let total = 0
    for (const count of this.holds.values()) total += count
    must(state.stats().references === total, `${total} references in all`)
  }

  private isLeased(uuid: string | undefined): boolean {
    if (uuid === undefined) return false
    return (this.leasedUntil.get(uuid) ?? 0) > this.now || this.unwritten.get(uuid)?.written === false
  }
}

/** Throws unless `truth`. */
export function must(truth: boolean, what: string): void {
  if (!truth) throw new Error(`expected ${what}`)
}

function newer(a: { epoch: number; counter: number }, b: { epoch: number; counter: number }): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.counter > b.counter)
}
