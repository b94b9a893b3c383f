// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** What a session without a connection keeps for its client. */
export interface Keeper {
  readonly keptBytes: number
  /** Of that, what was sent and may have to be sent again: least is lost with it. */
  readonly sentBytes: number
  giveUpSent(): void
  giveUpKept(): void
}

/** Sessions without a connection, the one longest without first, and what they keep, all together. */
export class DetachedSessions<T extends Keeper> {
  private readonly sessions = new Set<T>()
  /** Those that keep something, and how much was counted of each. */
  private readonly keeping = new Map<T, number>()
  /** Those that keep something sent. */
  private readonly resumable = new Set<T>()
  private keptBytes = 0

  /** @param maxBytes of all; beyond, the oldest give up what they have sent, and then what else they keep */
  constructor(private readonly maxBytes: number) {}

  get size(): number {
    return this.sessions.size
  }

  get oldest(): T | undefined {
    for (const session of this.sessions) return session
    return undefined
  }

  add(session: T): void {
    this.sessions.add(session)
    this.count(session)
  }

  delete(session: T): void {
    this.sessions.delete(session)
    this.discount(session)
  }

  /** Something may have come to what it keeps; of no concern while it has a connection. */
  count(session: T): void {
    if (!this.sessions.has(session)) return
    const { keeping, resumable } = this
    this.recount(session)
    if (session.sentBytes > 0) resumable.add(session)
    for (const oldest of resumable) {
      if (this.keptBytes <= this.maxBytes) return
      oldest.giveUpSent()
      resumable.delete(oldest)
      this.recount(oldest)
    }
    for (const oldest of keeping.keys()) {
      if (this.keptBytes <= this.maxBytes) return
      oldest.giveUpKept()
      this.discount(oldest)
    }
  }

  private recount(session: T): void {
    const { keptBytes } = session
    this.keptBytes += keptBytes - (this.keeping.get(session) ?? 0)
    this.keeping.set(session, keptBytes)
  }

  private discount(session: T): void {
    this.keptBytes -= this.keeping.get(session) ?? 0
    this.keeping.delete(session)
    this.resumable.delete(session)
  }
}
