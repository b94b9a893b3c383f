// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { retryableCodes } from '@hcengineering/network-core'
import type { Checker, Id, TimedFact } from '@hcengineering/network-testing/kernel'

interface Watched {
  readonly count: number
  instance?: Id
  items: number
  heard: number
  /** How it ended for its reader, and for its container. */
  ended?: string
  left: boolean
}

/**
 * Items of a stream come in order, each once, from one activation of the container; a stream that ends well is whole; one
 * that was refused was never begun; and when it is over, the container knows.
 */
export class Streams implements Checker {
  readonly name = 'streams'
  private readonly streams = new Map<Id, Watched>()
  private readonly processes = new Map<Id, string>()

  see(fact: TimedFact, fail: (message: string) => void): void {
    switch (fact.type) {
      case 'created':
        this.processes.set(fact.instance, fact.process)
        return
      case 'streaming':
        this.streams.set(fact.stream, { count: fact.count, items: 0, heard: 0, left: false })
        return
      case 'stream-begun':
        return this.begun(fact, fail)
      case 'stream-item': {
        const watched = this.streams.get(fact.stream)
        if (watched === undefined || watched.instance !== fact.instance || watched.items !== fact.number) {
          return fail(`item ${fact.number} of ${fact.instance} came in stream ${fact.stream} after ${watched?.items}`)
        }
        watched.items++
        return
      }
      case 'stream-heard': {
        const watched = this.streams.get(fact.stream)
        if (watched?.heard !== fact.number) {
          return fail(`the container of stream ${fact.stream} heard ${fact.number} after ${watched?.heard}`)
        }
        watched.heard++
        return
      }
      case 'stream-ended':
        return this.ended(fact, fail)
      case 'stream-left': {
        const watched = this.streams.get(fact.stream)
        if (watched !== undefined) watched.left = true
        return
      }
      case 'died':
        for (const watched of this.streams.values()) {
          if (this.processes.get(watched.instance ?? 0) === fact.process) watched.left = true
        }
        return
      case 'quiet':
        for (const [id, { instance, left }] of this.streams) {
          if (instance !== undefined && !left) fail(`the container goes on with stream ${id}, which is over`)
        }
    }
  }

  private begun(fact: Extract<TimedFact, { type: 'stream-begun' }>, fail: (message: string) => void): void {
    const watched = this.streams.get(fact.stream)
    if (watched === undefined) return fail(`stream ${fact.stream} was begun and never asked for`)
    if (watched.instance !== undefined) fail(`stream ${fact.stream} was begun twice`)
    if (watched.ended !== undefined && retryableCodes.has(watched.ended as never)) {
      fail(`stream ${fact.stream} was begun after its reader was told ${watched.ended}`)
    }
    watched.instance = fact.instance
  }

  private ended(fact: Extract<TimedFact, { type: 'stream-ended' }>, fail: (message: string) => void): void {
    const watched = this.streams.get(fact.stream)
    if (watched === undefined) return
    if (watched.ended !== undefined) fail(`stream ${fact.stream} ended twice`)
    watched.ended = fact.how
    if (fact.how === 'whole' && watched.items !== watched.count) {
      fail(`stream ${fact.stream} ended well with ${watched.items} items of ${watched.count}`)
    }
    if (watched.instance !== undefined && retryableCodes.has(fact.how as never)) {
      fail(`stream ${fact.stream} was begun, and its reader was told ${fact.how}`)
    }
  }
}
