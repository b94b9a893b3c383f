// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Duplex } from 'node:stream'
import { textOf } from '../../testing/recorders'
import { ReadPace } from '../read-pace'
import { ZmtpConnection } from '../zmtp-connection'
import { SlabPool } from '../zmtp-slab-pool'
import { dealerHandshake } from './raw-peer'

const HEARTBEAT_MS = 100

const frame = (text: string): Uint8Array => Buffer.from(`\0${String.fromCharCode(text.length)}${text}`)

describe('a connection of a listener', () => {
  beforeEach(() => jest.useFakeTimers())
  afterEach(() => jest.useRealTimers())

  it('is not accused of silence for the time in which it is not read, since others have their turn', () => {
    const planned: (() => void)[] = []
    const pace = new ReadPace(
      () => 0,
      (run) => planned.push(run)
    )
    const turn = (): void => {
      for (const run of planned.splice(0)) run()
      jest.advanceTimersByTime(0)
    }
    const heard: string[] = []
    const socket = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() })
    const connection = new ZmtpConnection(
      socket,
      'ROUTER',
      {
        slabs: new SlabPool(),
        handshakeTimeoutMs: 50,
        firstMessageTimeoutMs: 50,
        heartbeatIntervalMs: HEARTBEAT_MS,
        pace
      },
      {
        message: (frames) => heard.push(textOf(frames)),
        part: (chunk, start, end) => heard.push(textOf([chunk.subarray(start, end)])),
        writable: () => {},
        ended: () => {}
      }
    )
    for (const bytes of [...dealerHandshake, frame('first')]) connection.received(bytes)
    // Others are before it
    pace.hasTime()
    pace.later(() => {})
    connection.received(frame('second'))
    jest.advanceTimersByTime(3 * HEARTBEAT_MS)
    expect(heard).toEqual(['first'])
    turn()
    turn()
    turn()
    expect(heard).toEqual(['first', 'second'])
    expect(socket.destroyed).toBe(false)
    // But for silence
    jest.advanceTimersByTime(3 * HEARTBEAT_MS)
    expect(socket.destroyed).toBe(true)
  })
})
