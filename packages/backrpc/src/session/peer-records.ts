// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Addresses remembered at most; the oldest go first. Only connections that never end without notice get here. */
const MAX_RECORDS = 10_000

/** Garbage is counted within this time: one message too large now and then is no attack. */
const FORGIVEN_AFTER_MS = 60_000

/** What is known of addresses beside their sessions, until their connections end. */
export class PeerRecords {
  private readonly garbage = new Map<string, { count: number; since: number }>()
  private readonly cut = new Set<string>()
  private readonly stale = new Set<string>()

  /** @param maxGarbage frames of garbage before a peer is cut off */
  constructor(private readonly maxGarbage: number) {}

  /** Nothing of it is listened to any more. */
  isCut(peer: string): boolean {
    return this.cut.has(peer)
  }

  /** Its client has moved to another address. */
  isStale(peer: string): boolean {
    return this.stale.has(peer)
  }

  /** Its client is there again. */
  setFresh(peer: string): void {
    this.stale.delete(peer)
  }

  setStale(peer: string): void {
    this.stale.add(peer)
    trim(this.stale)
  }

  /** Counts a frame of garbage; `true` when that was one too many. */
  countGarbage(peer: string, now: number): boolean {
    let record = this.garbage.get(peer)
    if (record === undefined || now - record.since > FORGIVEN_AFTER_MS) {
      this.garbage.set(peer, (record = { count: 0, since: now }))
    }
    trim(this.garbage)
    if (++record.count <= this.maxGarbage) return false
    this.cut.add(peer)
    trim(this.cut)
    return true
  }

  /** Its connection is gone. */
  forget(peer: string): void {
    this.garbage.delete(peer)
    this.cut.delete(peer)
    this.stale.delete(peer)
  }
}

function trim(records: Map<string, unknown> | Set<string>): void {
  if (records.size <= MAX_RECORDS) return
  for (const peer of records.keys()) {
    records.delete(peer)
    return
  }
}
