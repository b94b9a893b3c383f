// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerFactories, ContainerFactory } from '../api/container'
import { checkFunction, checkObject } from '../arguments'
import { checkName } from '../labels'

/** The factories themselves; `INVALID_ARGUMENT` names what is none. */
export function checkFactories(factories: ContainerFactories): ContainerFactories {
  checkObject(factories, 'factories', 'an object of functions by kind')
  for (const [kind, factory] of Object.entries(factories))
    checkFunction(factory, `The factory of kind '${checkName(kind, 'kind')}'`)
  return factories
}

/** Factories by kind; `INVALID_ARGUMENT` names what is none. */
export function readFactories(factories: ContainerFactories): ReadonlyMap<string, ContainerFactory> {
  return new Map(Object.entries(checkFactories(factories)))
}
