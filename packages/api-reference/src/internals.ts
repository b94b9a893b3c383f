// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Export } from './catalogue'

/** Of a door, the modules and the single names of which only the other packages make use. */
interface Internals {
  /** Paths without extension, from the folder of the sources; one that ends in `/` is a whole folder. */
  readonly modules: readonly string[]
  readonly names: ReadonlySet<string>
}

const byDoor: Readonly<Record<string, Internals>> = {
  core: {
    modules: [
      'arguments',
      'extra',
      'labels',
      'operations',
      'paging',
      'runtime/accepted',
      'runtime/bounded',
      'runtime/agent-record',
      'runtime/call-scope',
      'runtime/caller-stack',
      'runtime/collaborators',
      'runtime/deadline-timer',
      'runtime/deadlines',
      'runtime/factories',
      'runtime/network-hooks',
      'runtime/network-kernel',
      'runtime/network-run',
      'runtime/process-diagnosis',
      'runtime/relayed-connections',
      'runtime/relayed-streams',
      'runtime/relays',
      'runtime/served-stream',
      'runtime/single-flight',
      'runtime/stream-reader',
      'runtime/stream-writer',
      'state/bag',
      'state/deadline-queue',
      'state/lazy-deadlines',
      'state/liveness',
      'unread',
      'validators/'
    ],
    names: new Set([
      'AgentRequestOptions',
      'CallChain',
      'CallHop',
      'Caller',
      'checkPlacement',
      'ContainerWaits',
      'Deadlock',
      'RunningTurn',
      'StreamOpening',
      'StreamPeer',
      'WaitingCall',
      'WaitReport',
      'WaitVerdict'
    ])
  }
}

/** Only the other packages make use of it. */
export function isInternal({ name, declarations, api }: Export): boolean {
  const internals = byDoor[api.door.name]
  if (internals === undefined) return false
  const path = (declarations[0].fileUrlPath ?? '').replace(/^(src|lib)\//, '').replace(/(\.d)?\.ts$/, '')
  return (
    internals.names.has(name) ||
    internals.modules.some((one) => (one.endsWith('/') ? path.startsWith(one) : path === one))
  )
}
