// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { findExecutable } from '../harness/executable'
import type { EchoSystem } from './echo-system'

/** What the parent knows of a system without loading it. */
export interface Entry {
  readonly title: string
  readonly ours: boolean
  /** What stands between the two processes. */
  readonly broker?: 'coordinator' | 'nats-server'
  /** No process of its own answers. */
  readonly alone?: boolean
  /** Packages it needs. */
  readonly packages: readonly string[]
  readonly load: () => Promise<EchoSystem>
}

/** Every system that echoes: ours and its peers. */
export const catalogue = {
  direct: {
    title: 'network, direct',
    ours: true,
    broker: 'coordinator',
    packages: [],
    load: async () => (await import('./direct.js')).direct
  },
  coordinator: {
    title: 'network, through the coordinator',
    ours: true,
    broker: 'coordinator',
    packages: [],
    load: async () => (await import('./through-coordinator.js')).throughCoordinator
  },
  inProcess: {
    title: 'network, in-process',
    ours: true,
    broker: 'coordinator',
    alone: true,
    packages: [],
    load: async () => (await import('./in-process.js')).inProcess
  },
  backrpc: {
    title: 'backrpc alone',
    ours: true,
    packages: [],
    load: async () => (await import('./backrpc.js')).backrpc
  },
  tcp: {
    title: 'plain TCP, batched',
    ours: false,
    packages: [],
    load: async () => (await import('../peers/tcp.js')).tcp
  },
  zeromq: {
    title: 'raw zeromq',
    ours: false,
    packages: ['zeromq'],
    load: async () => (await import('../peers/zeromq.js')).zeromq
  },
  moleculer: {
    title: 'Moleculer',
    ours: false,
    packages: ['moleculer'],
    load: async () => (await import('../peers/moleculer.js')).moleculer
  },
  nats: {
    title: 'NATS',
    ours: false,
    broker: 'nats-server',
    packages: ['@nats-io/transport-node'],
    load: async () => (await import('../peers/nats.js')).nats
  },
  grpc: {
    title: 'gRPC (grpc-js)',
    ours: false,
    packages: ['@grpc/grpc-js'],
    load: async () => (await import('../peers/grpc.js')).grpc
  }
} as const satisfies Readonly<Record<string, Entry>>

export type SystemName = keyof typeof catalogue

/** The entry of that name. */
export const entryOf = (name: SystemName): Entry => catalogue[name]

/** Why a system cannot run here, or undefined when it can. */
export function missing(name: SystemName): string | undefined {
  const { broker, packages } = entryOf(name)
  for (const wanted of packages) {
    try {
      require.resolve(wanted)
    } catch {
      return `the package ${wanted} is not installed`
    }
  }
  if (broker === 'nats-server' && findExecutable(broker) === undefined) return `no ${broker} on the PATH`
  return undefined
}
