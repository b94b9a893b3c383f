// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'
import { Body } from '../../wire/body'
import type { NewRequest } from '../request-table'
import { StreamPair } from './stream-pair'

const asked = (tag: string): NewRequest<string> => {
  return { method: tag, body: Body.of(null), tag, resend: false, early: false, timeoutMs: 0 }
}

class Rig extends StreamPair {
  constructor() {
    super()
    this.connect()
  }

  get executed(): string[] {
    return this.executions.map(({ method }) => method)
  }

  answerAll(): void {
    for (const execution of this.executions.splice(0)) {
      execution.conversation.answer(
        execution,
        'done',
        execution.conversation === this.own ? this.serverEffects : this.clientEffects
      )
    }
    this.settle()
  }

  /** The session ends, by a silence that the client knows nothing of, and another one begins. */
  beginAnew(): void {
    this.server.end('c', true)
    this.disconnect()
    this.connect()
  }

  private get own(): unknown {
    return this.server.get('c')?.conversation
  }
}

describe('a message of a session that has ended', () => {
  it('is not executed by the client when it comes in the next one', () => {
    const rig = new Rig()
    const request = rig.server.request('c', asked('start'), rig.now)
    expect(request).not.toBeInstanceOf(NetworkError)
    rig.write()
    const late = [...rig.toClient]
    rig.settle()
    expect(rig.executed).toEqual(['start'])
    rig.answerAll()
    rig.beginAnew()
    rig.toClient.push(...late)
    rig.settle()
    expect(rig.executed).toEqual([])
    rig.server.request('c', asked('next'), rig.now)
    rig.settle()
    expect(rig.executed).toEqual(['next'])
  })

  it('is not executed by the server when it comes in the next one', () => {
    const rig = new Rig()
    rig.client.request(asked('do'), rig.now)
    rig.write()
    const late = [...rig.toServer]
    rig.settle()
    rig.answerAll()
    rig.beginAnew()
    rig.toServer.push(...late)
    rig.settle()
    expect(rig.executed).toEqual([])
    rig.client.request(asked('next'), rig.now)
    rig.settle()
    expect(rig.executed).toEqual(['next'])
  })
})
