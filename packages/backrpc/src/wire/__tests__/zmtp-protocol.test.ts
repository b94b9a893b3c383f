// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Frames } from '../frames'
import { errorFrame, readyFrame } from '../zmtp-command'
import type { ZmtpLimits } from '../zmtp-frame-decoder'
import { zmtpGreeting } from '../zmtp-greeting'
import { ZmtpProtocol, type ZmtpRole } from '../zmtp-protocol'
import type { ZmtpViolation } from '../zmtp-violation'

const limits: ZmtpLimits = { maxMessageBytes: 1_000, maxFrames: 4, maxCommandBytes: 300 }

/**
 * All that a DEALER of libzmq 4.3.5 wrote, with the routing id `me`, heartbeats, and a message of two frames, the second
 * one empty.
 */
const RECORDED = Buffer.from(
  'ff00000000000000037f' +
    '03014e554c4c00000000000000000000000000000000' +
    '00'.repeat(32) +
    '042b0552454144590b536f636b65742d54797065000000064445414c4552084964656e74697479000000026d65' +
    '010568656c6c6f0000' +
    '04070450494e470000',
  'hex'
)
const PONG = Buffer.from('\x04\x05\x04PONG', 'latin1')

interface Told {
  readonly replies: Buffer[]
  readonly messages: string[][]
  ready: number
  violation: ZmtpViolation | undefined
}

/** Gives pieces to one end until it ends the connection. */
function tell(role: ZmtpRole, pieces: readonly Uint8Array[]): Told {
  const told: Told = { replies: [], messages: [], ready: 0, violation: undefined }
  const protocol = new ZmtpProtocol(role, limits, {
    reply: (bytes) => told.replies.push(Buffer.from(bytes)),
    ready: () => told.ready++,
    message: (frames: Frames) => told.messages.push(frames.map((part) => Buffer.from(part).toString())),
    part: (chunk, start, end) => told.messages.push([Buffer.from(chunk.subarray(start, end)).toString()])
  })
  for (const piece of pieces) told.violation ??= protocol.push(piece)
  return told
}

const latin = (text: string): Buffer => Buffer.from(text, 'latin1')
const greetingWith = (at: number, bytes: string): Buffer => {
  const greeting = Buffer.from(zmtpGreeting)
  greeting.write(bytes, at, 'latin1')
  return greeting
}
const established = [zmtpGreeting, readyFrame('DEALER')]
const command = (name: string, data: string): Buffer => {
  const body = latin(String.fromCharCode(name.length) + name + data)
  return Buffer.concat([Buffer.of(4, body.length), body])
}

describe('zmtp protocol', () => {
  it('understands what libzmq says, split at every byte', () => {
    const whole = tell('ROUTER', [RECORDED])
    expect(whole.violation).toBeUndefined()
    expect(whole.messages).toEqual([['hello', '']])
    expect(whole.replies).toEqual([Buffer.from(readyFrame('ROUTER')), PONG])
    for (let at = 1; at < RECORDED.length; at++) {
      expect(tell('ROUTER', [RECORDED.subarray(0, at), RECORDED.subarray(at)])).toEqual(whole)
    }
    expect(
      tell(
        'ROUTER',
        [...RECORDED].map((byte) => Buffer.of(byte))
      )
    ).toEqual(whole)
  })

  it('greets and says what it is, as the specification writes it', () => {
    expect(Buffer.from(zmtpGreeting).toString('latin1')).toBe(
      `\xff${'\0'.repeat(8)}\x7f\x03\x01NULL${'\0'.repeat(16)}\0${'\0'.repeat(31)}`
    )
    expect(Buffer.from(readyFrame('DEALER')).toString('latin1')).toBe(
      '\x04\x29\x05READY\x0bSocket-Type\0\0\0\x06DEALER\x08Identity\0\0\0\0'
    )
    expect(Buffer.from(errorFrame('no')).toString('latin1')).toBe('\x04\x09\x05ERROR\x02no')
  })

  it('knows a stranger by the first byte', () => {
    expect(tell('ROUTER', [latin('G')]).violation).toMatchObject({ rule: 'signature' })
    expect(tell('ROUTER', [latin('SSH-2.0-OpenSSH\r\n')]).violation).toMatchObject({ rule: 'signature' })
  })

  it.each([
    ['an end of the signature that is none', greetingWith(9, '\x7e'), 'signature'],
    ['ZMTP 2', greetingWith(10, '\x02'), 'version'],
    ['another mechanism', greetingWith(12, 'CURVE'), 'mechanism'],
    ['a mechanism that only begins like ours', greetingWith(12, 'NULLx'), 'mechanism']
  ])('refuses a greeting with %s, before it says more', (_, greeting, rule) => {
    const told = tell('ROUTER', [greeting])
    expect(told.violation).toMatchObject({ rule })
    expect(told.replies).toEqual([])
  })

  it('takes the greetings of ZMTP 3.0 and of what comes after 3.1', () => {
    for (const version of ['\x03\x00', '\x03\x07', '\x04\x00']) {
      const told = tell('ROUTER', [greetingWith(10, version), readyFrame('DEALER')])
      expect(told).toMatchObject({ ready: 1, violation: undefined })
    }
  })

  it.each([
    ['a message', '\0\x01x'],
    ['the beginning of a message', '\0'],
    ['PING', '\x04\x07\x04PING\0\0'],
    ['PONG', '\x04\x05\x04PONG']
  ])('refuses %s before the handshake is done, and says why', (_, early) => {
    const told = tell('ROUTER', [zmtpGreeting, latin(early)])
    expect(told.violation).toMatchObject({ rule: 'early' })
    expect(told.ready).toBe(0)
    expect(told.replies.at(-1)).toEqual(Buffer.from(errorFrame(told.violation?.message ?? '')))
  })

  it.each<[ZmtpRole, string]>([
    ['ROUTER', 'SUB'],
    ['ROUTER', 'REQ'],
    ['ROUTER', 'ROUTER'],
    ['DEALER', 'DEALER'],
    ['DEALER', 'a\nb'],
    ['DEALER', '']
  ])('as %s refuses a peer that is %p', (role, type) => {
    expect(tell(role, [zmtpGreeting, readyFrame(type)]).violation).toMatchObject({ rule: 'socket-type' })
  })

  it.each([
    ['no name', Buffer.of(4, 0)],
    ['a name of no letters', Buffer.of(4, 1, 0)],
    ['a name longer than the command', Buffer.of(4, 2, 5, 65)],
    ['READY with half a property', command('READY', '\x0bSocket-Type\0\0')],
    ['READY with a value that is longer than the rest', command('READY', '\x0bSocket-Type\xff\xff\xff\xffDEALER')],
    ['READY with a property without a name', command('READY', '\0\0\0\0\0')],
    ['ERROR with less than it says', command('ERROR', '\x05no')],
    ['PING without a time to live', command('PING', '\0')],
    ['PING with a context that is too long', command('PING', `\0\0${'x'.repeat(17)}`)],
    ['PONG with a context that is too long', command('PONG', 'x'.repeat(17))]
  ])('refuses a command with %s', (_, bytes) => {
    expect(tell('ROUTER', [zmtpGreeting, bytes]).violation).toMatchObject({ rule: 'command' })
  })

  it('refuses a second READY', () => {
    expect(tell('ROUTER', [...established, readyFrame('DEALER')]).violation).toMatchObject({ rule: 'command' })
  })

  it('answers PING with its context, between the frames of a message, too', () => {
    const told = tell('ROUTER', [...established, latin('\x01\x01a\x04\x0a\x04PING\0\0ctx\0\x01b')])
    expect(told.messages).toEqual([['a', 'b']])
    expect(told.replies.at(-1)).toEqual(latin('\x04\x08\x04PONGctx'))
  })

  it('skips commands that it does not know, and ignores PONG', () => {
    const told = tell('ROUTER', [
      zmtpGreeting,
      command('HELLO', 'x'.repeat(100)),
      readyFrame('DEALER'),
      command('SUBSCRIBE', 'topic'),
      command('PONG', ''),
      latin('\0\x01x')
    ])
    expect(told).toMatchObject({ violation: undefined, messages: [['x']] })
  })

  it('reads properties in any order, of any case, among others', () => {
    const ready = command('READY', '\x01X\0\0\0\x01y\x0bsocket-TYPE\0\0\0\x06DEALER')
    expect(tell('ROUTER', [zmtpGreeting, ready])).toMatchObject({ ready: 1, violation: undefined })
  })

  it('reports what the peer complains about, fit for a log, and does not complain in turn', () => {
    const told = tell('ROUTER', [zmtpGreeting, errorFrame('no\nway')])
    expect(told.violation).toMatchObject({ rule: 'peer-error', message: 'the peer says "no?way"' })
    expect(told.replies).toHaveLength(1)
    expect(tell('ROUTER', [...established, errorFrame('enough')]).violation).toMatchObject({ rule: 'peer-error' })
  })

  it('hands on nothing that comes after a violation in the same chunk', () => {
    const told = tell('ROUTER', [...established, latin('\0\x01a\x04\x01\0\0\x01b')])
    expect(told.messages).toEqual([['a']])
    expect(told.violation).toMatchObject({ rule: 'command' })
  })
})
