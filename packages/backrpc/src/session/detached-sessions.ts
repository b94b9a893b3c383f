// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** What a session without a connection keeps for its client. */
export interface Keeper {
  readonly keptBytes: number
  giveUpKept(): void
}

/** Sessions without a connection, the one longest without first, and what they keep, all together. */
export class DetachedSessions<T extends Keeper> {
  private readonly sessions = new Set<T>()
  /** Those that keep something, and how much was counted of each. */
  private readonly keeping = new Map<T, number>()
  private keptBytes = 0

  /** @param maxBytes of all; beyond, the oldest give up what they keep */
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
    const bytes = session.keptBytes
    const { keeping } = this
    this.keptBytes += bytes - (keeping.get(session) ?? 0)
    keeping.set(session, bytes)
    for (const oldest of keeping.keys()) {
      if (this.keptBytes <= this.maxBytes) break
      oldest.giveUpKept()
      this.discount(oldest)
    }
  }

  private discount(session: T): void {
    this.keptBytes -= this.keeping.get(session) ?? 0
    this.keeping.delete(session)
  }
}
