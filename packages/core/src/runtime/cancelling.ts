// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { CancelSignal } from '../api/call'
import type { ContainerUuid } from '../api/identifiers'
import { NetworkError } from '../errors'
import { onAbort } from './abort-listeners'

/** What a request ends with whose caller gave it up while it waited for the container: that saw nothing of it. */
export function cancelledWaiting(uuid: ContainerUuid): NetworkError {
  const stage = 'waiting for the container'
  return new NetworkError('CANCELLED', `The caller cancelled a request to container ${uuid}: ${stage}`, { stage, uuid })
}

/** `promise`, or the rejection with that error as soon as the signal aborts. */
export async function unlessCancelled<T>(
  promise: Promise<T>,
  signal: CancelSignal | undefined,
  error: () => NetworkError
): Promise<T> {
  if (signal === undefined) return await promise
  return await new Promise<T>((resolve, reject) => {
    if (signal.aborted) reject(error())
    const stop = onAbort(signal, () => reject(error()))
    promise.finally(stop).then(resolve, reject)
  })
}
