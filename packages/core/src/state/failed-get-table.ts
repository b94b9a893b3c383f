// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { FailedGets } from '../api/diagnosis'
import type { ContainerUuid } from '../api/identifiers'
import type { ErrorCode, NetworkError } from '../errors'
import { reasonOf } from './reason'
import type { PendingGet } from './rows'

/**
 * Uuids, and kinds of gets without one, of which failures are remembered; those that failed longest ago are forgotten first.
 * They take 1 MB at most, or 2 MB where texts are not Latin: measured.
 */
export const maxFailedGets = 1_000
/** For how long. */
export const failedGetsKeptMs = 600_000

/** Whoever asked has ended it: nothing is wrong. */
const ownEnds: ReadonlySet<ErrorCode> = new Set(['CANCELLED', 'CLOSED'])

/** Why gets have failed lately, for people who ask later. Nothing is decided by it. Times are those of the clock of `now`. */
export class FailedGetTable {
  /** Last those that failed last. */
  private readonly byName = new Map<string, FailedGets>()

  note({ kind, options: { uuid } }: PendingGet, { code, message }: NetworkError, now: number): void {
    if (ownEnds.has(code)) return
    const name = uuid === undefined ? `kind ${kind}` : nameOf(uuid)
    const before = this.byName.get(name)
    const gets = before === undefined || isOver(before, now) ? 1 : before.gets + 1
    this.byName.delete(name)
    const named = uuid === undefined ? {} : { uuid }
    this.byName.set(name, { kind, ...named, at: now, code, why: reasonOf(message), gets })
    for (const [oldest, failed] of this.byName) {
      if (this.byName.size <= maxFailedGets && !isOver(failed, now)) break
      this.byName.delete(oldest)
    }
  }

  of(uuid: ContainerUuid, now: number): FailedGets | undefined {
    const failed = this.byName.get(nameOf(uuid))
    return failed === undefined || isOver(failed, now) ? undefined : failed
  }

  /** Those of one kind that failed with one code are one, with the last of them: of which there are most first. */
  byKind(now: number): FailedGets[] {
    const kinds = new Map<string, FailedGets>()
    for (const failed of this.byName.values()) {
      if (isOver(failed, now)) continue
      const name = `${failed.code} ${failed.kind}`
      kinds.set(name, { ...failed, gets: failed.gets + (kinds.get(name)?.gets ?? 0) })
    }
    return [...kinds.values()].sort((a, b) => b.gets - a.gets)
  }
}

function nameOf(uuid: ContainerUuid): string {
  return `uuid ${uuid}`
}

function isOver({ at }: FailedGets, now: number): boolean {
  return now - at > failedGetsKeptMs
}
