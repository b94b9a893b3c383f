// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type {
  Container,
  ContainerConnection,
  ContainerKind,
  ContainerUuid,
  NetworkClient,
  Turns
} from '@hcengineering/network-core'
import { pause } from '../harness/waiting'

/** How the containers of a kind take turns; the kind has that name. */
export type Concurrency = Turns['concurrency']

/** The kind of those whom the containers of a kind call, in another process. */
export type PeerKind = `${Concurrency}-peer`

export const peerKindOf = (concurrency: Concurrency): PeerKind => `${concurrency}-peer`

/** What a turn takes that waits for something. */
export const SLOW_MS = 1

/** Whom a container calls. */
interface Peer {
  readonly kind: string
  readonly uuid: string
}

/** Answers with what it was asked, in turns or not; calls its peer, which calls it back. */
export class TurnContainer implements Container {
  readonly turns: Turns
  private slow = 0
  private overlaps = 0
  private peer: Promise<ContainerConnection> | undefined

  /** @param client of its process, by which it reaches its peer */
  constructor(
    concurrency: Concurrency,
    private readonly client: NetworkClient,
    private readonly whom: Peer
  ) {
    this.turns = concurrency === 'serial' ? { concurrency, readOnly: ['read', 'readSlowly'] } : { concurrency }
  }

  async request(operation: string, data: unknown): Promise<unknown> {
    switch (operation) {
      case 'write':
      case 'read':
        return data
      case 'writeSlowly':
        if (this.slow++ > 0) this.overlaps++
        await pause(SLOW_MS)
        this.slow--
        return data
      case 'readSlowly':
        await pause(SLOW_MS)
        return data
      case 'call':
        return await (await this.reached()).request('callBack', data)
      case 'callBack':
        return await (await this.reached()).request('write', data)
      default:
        return this.overlaps
    }
  }

  async ping(): Promise<void> {}
  async terminate(): Promise<void> {}
  connect(): void {}
  disconnect(): void {}

  private reached(): Promise<ContainerConnection> {
    this.peer ??= this.reach()
    return this.peer
  }

  private async reach(): Promise<ContainerConnection> {
    const { kind, uuid } = this.whom
    return await (await this.client.get(kind as ContainerKind, { uuid: uuid as ContainerUuid })).connect()
  }
}
