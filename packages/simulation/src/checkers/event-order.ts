// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Activations, type Checker, type Id, type TimedFact } from '@hcengineering/network-testing/kernel'

/**
 * Events of one sender arrive on one connection in order and once; as long as nothing went wrong anywhere, all of them,
 * and where some are missing the receiver is told before the next comes.
 * No connection goes back to a copy that another has replaced, unless the coordinator restarted or was away meanwhile.
 * A container sees `connect` and `disconnect` of a client in turns.
 */
export class EventOrder implements Checker {
  readonly name = 'events in order'
  private readonly last = new Map<string, number>()
  private readonly newest = new Map<Id, Id>()
  private readonly connected = new Map<Id, Set<string>>()
  private readonly activations = new Activations()
  /** Connections that were told of a gap since their last event. */
  private readonly told = new Set<Id>()
  private calm = true

  see(fact: TimedFact, fail: (message: string) => void): void {
    this.activations.see(fact)
    switch (fact.type) {
      case 'started':
      case 'reachable':
        // Which of two copies is the later one it does not know any more, once those who held it are gone for it.
        if (fact.process === 'coordinator') this.newest.clear()
        return
      case 'received':
        this.received(fact, fail)
        return
      case 'gap':
        this.told.add(fact.connection)
        return
      case 'connected': {
        const clients = this.connected.get(fact.instance) ?? new Set()
        this.connected.set(fact.instance, clients)
        if (clients.has(fact.client)) fail(`instance ${fact.instance} was told twice that ${fact.client} connected`)
        clients.add(fact.client)
        return
      }
      case 'disconnected':
        if (this.connected.get(fact.instance)?.delete(fact.client) !== true) {
          fail(`instance ${fact.instance} was told that ${fact.client} left, and it was not there`)
        }
        return
      case 'quiet':
        for (const one of fact.view.connected)
          fail(`${one}: every connection is closed, and the container was not told`)
        return
      case 'unreachable':
      case 'shaken':
      case 'died':
      case 'closing':
        this.calm = false
    }
  }

  private received(fact: TimedFact & { type: 'received' }, fail: (message: string) => void): void {
    const { connection, instance, number } = fact
    const key = `${connection} ${instance}`
    const last = this.last.get(key)
    this.last.set(key, number)
    if (last !== undefined && number <= last)
      fail(`connection ${connection} got event ${number} of instance ${instance} after ${last}`)
    if (this.calm && last !== undefined && number > last + 1) {
      fail(
        `connection ${connection} got event ${number} of instance ${instance} after ${last}, and nothing had gone wrong`
      )
    }
    if (last !== undefined && number > last + 1 && !this.told.has(connection)) {
      fail(`connection ${connection} got event ${number} of instance ${instance} after ${last}, and was told of no gap`)
    }
    this.told.delete(connection)
    const newest = this.newest.get(connection) ?? instance
    const later = this.activations.compare(instance, newest) >= 0
    if (later) this.newest.set(connection, instance)
    else if (this.activations.get(instance)?.stateless !== true) {
      fail(`connection ${connection} got an event of instance ${instance} after one of ${newest}`)
    }
  }
}
