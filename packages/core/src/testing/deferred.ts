// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** A promise that the test settles. */
export interface Deferred<T> {
  /** Pending until one of the others is called. */
  readonly promise: Promise<T>
  /** Settles it with that value. */
  resolve(value: T): void
  /** Settles it with that error. */
  reject(error: unknown): void
}

/** A {@link Deferred} that is pending. */
export function deferred<T = void>(): Deferred<T> {
  let settle!: Pick<Deferred<T>, 'resolve' | 'reject'>
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }))
  return { promise, resolve: settle.resolve, reject: settle.reject }
}
