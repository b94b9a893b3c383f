// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { readyFrame } from '../../wire/zmtp-command'
import { zmtpGreeting } from '../../wire/zmtp-greeting'

/** A peer that says whatever bytes a test wants. */
export interface RawPeer {
  readonly socket: Socket
  /** All that it heard. */
  heard(): string
  /** Resolves when it has heard that text. */
  hears(text: string): Promise<void>
  /** Resolves when the other end has ended the connection. */
  readonly ended: Promise<void>
}

/** Says nothing by itself. */
export async function rawPeer(port: number, ...said: readonly Uint8Array[]): Promise<RawPeer> {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  let heard = ''
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('data', (data: Buffer) => (heard += data.toString('latin1')))
  await once(socket, 'connect')
  for (const bytes of said) socket.write(bytes)
  return {
    socket,
    ended,
    heard: () => heard,
    hears: async (text) => {
      while (!heard.includes(text)) await once(socket, 'data')
    }
  }
}

/** What a DEALER says to be served. */
export const dealerHandshake: readonly Uint8Array[] = [zmtpGreeting, readyFrame('DEALER')]
