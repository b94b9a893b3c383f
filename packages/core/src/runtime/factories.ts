// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerFactories, ContainerFactory } from '../api/container'
import { NetworkError } from '../errors'
import { checkName } from '../labels'

/** Factories by kind; `INVALID_ARGUMENT` names what is none. */
export function readFactories(factories: ContainerFactories): ReadonlyMap<string, ContainerFactory> {
  if (typeof factories !== 'object' || factories === null) {
    throw new NetworkError(
      'INVALID_ARGUMENT',
      `factories must be an object of functions by kind, got ${String(factories)}`
    )
  }
  for (const [kind, factory] of Object.entries(factories)) {
    checkName(kind, 'kind')
    if (typeof factory === 'function') continue
    throw new NetworkError(
      'INVALID_ARGUMENT',
      `The factory of kind '${kind}' must be a function, got ${typeof factory}`
    )
  }
  return new Map(Object.entries(factories))
}
