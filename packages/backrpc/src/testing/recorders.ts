// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ClientTransportHandlers, Frames, PeerAddress, ServerTransportHandlers } from '../transport/transport'

/** Waits for what the handlers of a transport are told, without ever looking at a clock. */
class Recorder {
  private readonly waiting: { readonly done: () => boolean; readonly resolve: () => void }[] = []

  /** Resolves as soon as `done` is true after something was told. */
  async until(done: () => boolean): Promise<void> {
    if (!done()) await new Promise<void>((resolve) => this.waiting.push({ done, resolve }))
  }

  protected told(): void {
    for (const waiter of [...this.waiting]) {
      if (!waiter.done()) continue
      this.waiting.splice(this.waiting.indexOf(waiter), 1)
      waiter.resolve()
    }
  }
}

/** Text of the first frame. */
export function textOf(frames: Frames): string {
  return Buffer.from(frames[0]).toString()
}

/** Remembers what a listening transport tells. */
export class ServerRecorder extends Recorder implements ServerTransportHandlers {
  /** What has come, oldest first. */
  readonly messages: { readonly peer: PeerAddress; readonly frames: Frames }[] = []
  /** Peers whose connection was lost, oldest first. */
  readonly gone: PeerAddress[] = []
  /** What the transport failed with. */
  readonly failures: Error[] = []
  /** Called for each message besides. */
  onMessage: (peer: PeerAddress, frames: Frames) => void = () => {}

  message(peer: PeerAddress, frames: Frames): void {
    this.messages.push({ peer, frames })
    this.onMessage(peer, frames)
    this.told()
  }

  disconnected(peer: PeerAddress): void {
    this.gone.push(peer)
    this.told()
  }

  failed(error: Error): void {
    this.failures.push(error)
    this.told()
  }

  /** Texts of the first frames of all messages of that peer. */
  textsOf(peer: PeerAddress): string[] {
    return this.messages.filter((each) => each.peer === peer).map(({ frames }) => textOf(frames))
  }
}

/** Remembers what a connecting transport tells. */
export class ClientRecorder extends Recorder implements ClientTransportHandlers {
  /** What has come, oldest first. */
  readonly messages: Frames[] = []
  /** Why connections were lost or refused, oldest first. */
  readonly causes: Error[] = []
  /** How many there have been. */
  connections = 0

  message(frames: Frames): void {
    this.messages.push(frames)
    this.told()
  }

  connected(): void {
    this.connections++
    this.told()
  }

  disconnected(cause: Error): void {
    this.causes.push(cause)
    this.told()
  }
}
