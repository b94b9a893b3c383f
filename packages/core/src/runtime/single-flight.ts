// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Work by key that runs once at a time: who asks meanwhile gets the same outcome. */
export class SingleFlight<K, T> {
  private readonly flights = new Map<K, Promise<T>>()

  /** Joins what is under way for `key`, else starts `work`. A failure is not remembered. */
  run(key: K, work: () => Promise<T>): Promise<T> {
    const current = this.flights.get(key)
    if (current !== undefined) return current
    const flight = this.fly(key, work)
    this.flights.set(key, flight)
    return flight
  }

  private async fly(key: K, work: () => Promise<T>): Promise<T> {
    // Begins in the next microtask, so that its end always finds the flight in the table.
    await Promise.resolve()
    try {
      return await work()
    } finally {
      this.flights.delete(key)
    }
  }
}
