// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  compareTokens,
  type ActivationToken,
  type AgentEndpointRef,
  type AgentUuid,
  type ContainerEndpointRef,
  type ContainerKind,
  type ContainerUuid,
  type GetOptions,
  type GetResult
} from '@hcengineering/network-core'

/** Where a container is, as far as this client knows. */
export interface Location {
  readonly endpoint: ContainerEndpointRef
  /** The agent it runs on; a 0.7 coordinator does not say. */
  readonly agentId?: AgentUuid
  /** That agent's own endpoint; `null` when it has none, absent when nobody said. */
  readonly agentEndpoint?: AgentEndpointRef | null
  /** Its activation; an agent of 0.7 has none. */
  readonly token?: ActivationToken
}

/** One uuid this client holds, or is about to let go. */
export interface HeldContainer {
  readonly uuid: ContainerUuid
  readonly kind: ContainerKind
  /** What a coordinator that knows nothing of it must be asked. */
  readonly request: GetOptions
  /** Holds that the user has. */
  readonly wanted: number
  /** Holds that the coordinator counts for this client in this session; it may have lost some when `spare`. */
  readonly granted: number
  /** It was asked for once more, because the coordinator may have lost the holds: none is let go before the last. */
  readonly spare: boolean
  /** A get that re-establishes one is under way. */
  readonly asking: boolean
  /** The coordinator forgot this client, not the container; until it counts all holds again. */
  readonly forgotten: boolean
  readonly location: Location
}

/** What to do so that the coordinator counts what is wanted. */
export type BookAction = 'get' | 'release'

type Row = { -readonly [K in keyof HeldContainer]: HeldContainer[K] }

/**
 * Counts the holds of a client: those its user has and those the coordinator knows of. The difference is what remains to
 * be said; {@link next} says it, one step at a time, whatever sessions came and went in between.
 */
export class ReferenceBook {
  private readonly rows = new Map<ContainerUuid, Row>()

  /** Every uuid held. */
  get held(): ReadonlyMap<ContainerUuid, HeldContainer> {
    return this.rows
  }

  get(uuid: ContainerUuid): HeldContainer | undefined {
    return this.rows.get(uuid)
  }

  /** A get was answered: one more hold there, and one more wanted here. */
  granted(kind: ContainerKind, options: GetOptions, result: GetResult): HeldContainer {
    const row = this.rowOf(kind, options, result)
    row.granted++
    row.wanted++
    return row
  }

  /** A get was answered that nobody waits for any more. */
  unwanted(kind: ContainerKind, options: GetOptions, result: GetResult): void {
    this.rowOf(kind, options, result).granted++
  }

  /** The answer to where a held container is: the coordinator counts one hold more, if it had not lost the others. */
  located(kind: ContainerKind, options: GetOptions, result: GetResult): void {
    const row = this.rowOf(kind, options, result)
    row.granted++
    row.spare = true
  }

  /** The user lets one hold go. Answers whether there was one. */
  release(uuid: ContainerUuid): boolean {
    const row = this.rows.get(uuid)
    if (row === undefined || row.wanted === 0) return false
    row.wanted--
    this.tidy(row)
    return true
  }

  /** The coordinator knows nothing of this client any more. */
  forgotten(): void {
    for (const row of this.rows.values()) this.lose(row, true)
  }

  /** The coordinator knows nothing of this container any more. */
  lost(uuid: ContainerUuid): void {
    const row = this.rows.get(uuid)
    if (row !== undefined) this.lose(row, false)
  }

  /** What is to be said of that uuid now; a get that is under way comes first. */
  next(uuid: ContainerUuid): BookAction | undefined {
    const row = this.rows.get(uuid)
    if (row === undefined || row.asking) return undefined
    if (row.granted < row.wanted) return 'get'
    const most = row.spare && row.wanted > 0 ? Infinity : row.wanted
    return row.granted > most ? 'release' : undefined
  }

  /** A get that re-establishes a hold goes out. */
  asking(uuid: ContainerUuid): void {
    const row = this.rows.get(uuid)
    if (row !== undefined) row.asking = true
  }

  /** Its answer, or nothing when it failed. */
  asked(uuid: ContainerUuid, result: GetResult | undefined): void {
    const row = this.rows.get(uuid)
    if (row === undefined) return
    row.asking = false
    if (result !== undefined) {
      row.granted++
      // Others that the user has are not known there either
      if (row.granted >= row.wanted) row.forgotten = false
      row.location = locationOf(result, row.location)
    }
    this.tidy(row)
  }

  /** A release goes out. */
  released(uuid: ContainerUuid): void {
    const row = this.rows.get(uuid)
    if (row === undefined || row.granted === 0) return
    row.granted--
    this.tidy(row)
  }

  /** The coordinator says where it is now. Answers whether that is another activation, or another place. */
  moved(uuid: ContainerUuid, location: Location): boolean {
    const row = this.rows.get(uuid)
    if (row === undefined || isEarlier(location, row.location)) return false
    const before = row.location
    const moved = isElsewhere(before, location)
    const sameAgent = location.agentId === before.agentId
    row.location =
      sameAgent && before.agentEndpoint !== undefined
        ? { ...location, agentEndpoint: location.agentEndpoint ?? before.agentEndpoint }
        : location
    return moved
  }

  /** Nothing is held any more. */
  clear(): void {
    this.rows.clear()
  }

  private rowOf(kind: ContainerKind, options: GetOptions, result: GetResult): Row {
    const [uuid] = result
    let row = this.rows.get(uuid)
    if (row === undefined) {
      row = {
        uuid,
        kind,
        request: { ...options, uuid },
        wanted: 0,
        granted: 0,
        spare: false,
        asking: false,
        forgotten: false,
        location: locationOf(result)
      }
      this.rows.set(uuid, row)
    } else {
      row.location = locationOf(result, row.location)
    }
    return row
  }

  private lose(row: Row, forgotten: boolean): void {
    row.granted = 0
    row.spare = false
    row.forgotten = forgotten
    this.tidy(row)
  }

  private tidy(row: Row): void {
    if (row.wanted === 0 && row.granted === 0 && !row.asking) this.rows.delete(row.uuid)
  }
}

/** Whether `after` is another activation than `before`, or in another place. */
export function isElsewhere(before: Location, after: Location): boolean {
  return (
    before.endpoint !== after.endpoint ||
    (before.agentId !== undefined && after.agentId !== undefined && before.agentId !== after.agentId) ||
    (after.token !== undefined && compareTokens(after.token, before.token) > 0)
  )
}

/** What was said before that which is known: an event waits for the end of a tick, an answer does not. */
function isEarlier(said: Location, known: Location): boolean {
  return said.token !== undefined && compareTokens(said.token, known.token) < 0
}

/** What a 0.7 coordinator leaves out stays as it was, if the place did. */
function locationOf([, endpoint, agentEndpoint, agentId, token]: GetResult, before?: Location): Location {
  // Nobody has it now: it stays where it was seen last
  if (before !== undefined && endpoint === '' && agentId === undefined) return before
  if (before !== undefined && isEarlier({ endpoint, token }, before)) return before
  const stayed = before?.endpoint === endpoint && (agentId === undefined || agentId === before.agentId)
  // Who names the agent knows its endpoint too.
  const ofAgent = agentEndpoint ?? (agentId === undefined ? undefined : null)
  return {
    endpoint,
    ...(stayed ? before : {}),
    ...(agentId === undefined ? {} : { agentId }),
    ...(ofAgent === undefined ? {} : { agentEndpoint: ofAgent }),
    ...(token === undefined ? {} : { token })
  }
}
