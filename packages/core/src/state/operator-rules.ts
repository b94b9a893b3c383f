// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { TerminateOptions } from '../api/diagnosis'
import type { ContainerUuid } from '../api/identifiers'
import { NetworkError } from '../errors'
import { nameOf } from './failures'
import type { ContainerRow } from './rows'
import type { Supervision } from './supervision'
import type { Tables } from './tables'

/** An end that was asked for: what names it in the one effect, and whether the container comes back. */
export interface RequestedEnd {
  readonly terminationId: number
  readonly restarts: boolean
}

/** What an operator asks for by hand. */
export class OperatorRules {
  constructor(
    private readonly tables: Tables,
    private readonly supervision: Supervision
  ) {}

  /** Throws `NOT_FOUND`, `NOT_ACTIVE`, or `INVALID_ARGUMENT` for what is held, unless forced. */
  terminate(uuid: ContainerUuid, options: TerminateOptions, now: number): RequestedEnd {
    const row = this.tables.containers.get(uuid)
    if (row === undefined) throw notFound(uuid)
    const { reason = 'an operator asked for it', force = false } = options
    if (row.holders.size > 0 && !force) throw held(row)
    if (row.state === 'active' && row.holders.size > 0) this.supervision.restart(row, reason, now)
    else if (row.state === 'active' || (row.state === 'pre-terminating' && force))
      this.supervision.end(row, { reason, final: force }, now)
    const { terminationId, holders, standbys } = row
    if (terminationId === undefined) throw notServed(row)
    return { terminationId, restarts: holders.size > 0 || standbys.length > 0 }
  }
}

function notFound(uuid: ContainerUuid): NetworkError {
  return new NetworkError('NOT_FOUND', `The network has no container ${uuid}`, { uuid, stage: 'looking up the uuid' })
}

function held(row: ContainerRow): NetworkError {
  const clients = row.holders.size === 1 ? 'a client' : `${row.holders.size} clients`
  const what = `The network keeps ${nameOf(row)} for ${clients}: it would start again at once`
  return new NetworkError('INVALID_ARGUMENT', `${what}; force it to have it ended there and started again`, about(row))
}

function notServed(row: ContainerRow): NetworkError {
  const cannot = row.state === 'pre-terminating' ? 'is to end already, and cannot yet' : `is ${row.state}, not served`
  const advice = row.state === 'pre-terminating' ? 'force it, or let it finish' : 'try again when it is'
  return new NetworkError('NOT_ACTIVE', `Now ${nameOf(row)} ${cannot}: ${advice}`, about(row))
}

function about({ uuid, kind, agentId }: ContainerRow): ConstructorParameters<typeof NetworkError>[2] {
  return { uuid, kind, agentId, stage: 'asking for its end' }
}
