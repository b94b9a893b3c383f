// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  ApiClass,
  ApiDeclaredItem,
  ApiDocumentedItem,
  type ApiItem,
  ApiInterface,
  ApiParameterListMixin,
  ExcerptTokenKind,
  type Excerpt,
  type HeritageType
} from '@microsoft/api-extractor-model'
import type { DocComment } from '@microsoft/tsdoc'
import type { PublicApi } from './extract'
import { isWritten } from './docstring'

/** A name that users import; a function with overloads, or a type and a value of one name, are one. */
export interface Export {
  readonly name: string
  readonly declarations: readonly ApiDeclaredItem[]
  readonly api: PublicApi
}

/** Every name of every door. */
export class Catalogue {
  private readonly byDoor = new Map<string, readonly Export[]>()
  /** By `package!name`, and by `name`; of doors that have the same name, the first. */
  private readonly byReference = new Map<string, Export>()

  constructor(apis: readonly PublicApi[]) {
    for (const api of apis) {
      const exports = exportsOf(api)
      this.byDoor.set(api.door.name, exports)
      for (const one of exports) {
        for (const reference of [`${api.model.name}!${one.name}`, one.name]) {
          if (!this.byReference.has(reference)) this.byReference.set(reference, one)
        }
      }
    }
  }

  /** By name. */
  exports({ door }: PublicApi): readonly Export[] {
    return this.byDoor.get(door.name) ?? []
  }

  /**
   * @param reference `package!name:kind`; with `~` before the name what the package does not export itself. All doors are read in
   * one program, so that names which are imported from another package look like that, too
   */
  find(reference: string): Export | undefined {
    const [, packageName, unexported, name] = /^(.+)!(~?)([^:.#]+)/.exec(reference) ?? []
    return this.byReference.get(unexported === '' ? `${packageName}!${name}` : name)
  }

  /** The exports that a declaration names. */
  named(excerpt: Excerpt): Export[] {
    const found = excerpt.spannedTokens.flatMap(({ kind, canonicalReference }) => {
      if (kind !== ExcerptTokenKind.Reference || canonicalReference === undefined) return []
      return this.find(canonicalReference.toString()) ?? []
    })
    return [...new Set(found)]
  }

  /** The docstring of a declaration, or that of the member which it implements. */
  docstring(item: ApiItem): DocComment | undefined {
    const own = item instanceof ApiDocumentedItem ? item.tsdocComment : undefined
    return isWritten(own) ? own : this.inherited(item.parent, item)
  }

  private inherited(item: ApiItem | undefined, member: ApiItem): DocComment | undefined {
    for (const base of this.bases(item)) {
      const named = base.members.filter(({ displayName }) => displayName === member.displayName)
      const same: ApiItem | undefined = named.find((one) => overloadOf(one) === overloadOf(member)) ?? named[0]
      const docstring = same === undefined ? this.inherited(base, member) : this.docstring(same)
      if (docstring !== undefined) return docstring
    }
    return undefined
  }

  /** What a class or an interface extends and implements, as far as it is public. */
  private bases(item: ApiItem | undefined): ApiItem[] {
    return heritage(item)
      .flatMap(({ excerpt }) => this.named(excerpt))
      .flatMap(({ declarations }) => declarations)
  }
}

function overloadOf(item: ApiItem): number {
  return ApiParameterListMixin.isBaseClassOf(item) ? item.overloadIndex : 1
}

function heritage(item: ApiItem | undefined): readonly HeritageType[] {
  if (item instanceof ApiInterface) return item.extendsTypes
  if (!(item instanceof ApiClass)) return []
  return item.extendsType === undefined ? item.implementsTypes : [...item.implementsTypes, item.extendsType]
}

function exportsOf(api: PublicApi): Export[] {
  const byName = new Map<string, ApiDeclaredItem[]>()
  for (const item of api.model.entryPoints[0].members) {
    if (!(item instanceof ApiDeclaredItem)) throw new Error(`${item.displayName} is declared nowhere`)
    const declarations = byName.get(item.displayName) ?? []
    byName.set(item.displayName, [...declarations, item])
  }
  return [...byName].map(([name, declarations]) => ({ name, declarations, api })).sort(byNameOrder)
}

function byNameOrder({ name: a }: Export, { name: b }: Export): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()]
  if (left !== right) return left < right ? -1 : 1
  return a < b ? -1 : 1
}
