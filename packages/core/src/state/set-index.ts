// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Sets by key, without empty ones. */
export class SetIndex<K, V> {
  private readonly sets = new Map<K, Set<V>>()

  add(key: K, value: V): void {
    const set = this.sets.get(key)
    if (set === undefined) this.sets.set(key, new Set([value]))
    else set.add(value)
  }

  delete(key: K, value: V): void {
    const set = this.sets.get(key)
    if (set === undefined) return
    set.delete(value)
    if (set.size === 0) this.sets.delete(key)
  }

  /** The values of that key in the order they came; undefined when there are none. */
  get(key: K): ReadonlySet<V> | undefined {
    return this.sets.get(key)
  }

  keys(): IterableIterator<K> {
    return this.sets.keys()
  }

  entries(): IterableIterator<[K, ReadonlySet<V>]> {
    return this.sets.entries()
  }
}
