// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TransportName } from './transport-name'

/** Where the processes of one echo find each other, all on 127.0.0.1. */
export interface Place {
  /** Where the answering process listens. */
  readonly port: number
  /** Where the asking process finds it: another one when a proxy stands between. */
  readonly clientPort: number
  /** Of the coordinator or of another server between the two, as the answering and the asking process find it. */
  readonly brokerPort?: number
  readonly clientBrokerPort?: number
  readonly transport: TransportName
}

/** Whatever can be ended. */
export interface Closable {
  close(): Promise<void>
}

/** The asking side. Answers are what was sent, through the whole of the system's serialization. */
export interface EchoClient extends Closable {
  echo(value: EchoValue): Promise<EchoValue>
  /** Bytes as the system carries them best; absent where it is not compared. */
  echoBytes?(bytes: Uint8Array): Promise<Uint8Array>
}

/** What is echoed: about 60 bytes of JSON. */
export interface EchoValue {
  readonly n: number
  readonly name: string
  readonly ok: boolean
  readonly at: number
}

/** The same with so many items that reading it is work. */
export interface LargeEchoValue extends EchoValue {
  readonly items: readonly number[]
}

/** The value with that number. */
export const echoValue = (n: number): EchoValue => ({ n, name: 'Ada Lovelace', ok: true, at: 1_767_225_600_000 })

/** One system, as its two processes load it. */
export interface EchoSystem {
  /** Starts the answering side; absent where one process is both. */
  readonly serve?: (place: Place) => Promise<Closable>
  readonly connect: (place: Place) => Promise<EchoClient>
}
