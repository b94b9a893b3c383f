// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { ApiItemKind, ApiPropertyItem, type ApiItem } from '@microsoft/api-extractor-model'
import type { Catalogue } from './catalogue'
import type { PublicApi } from './extract'

/** Tables of what travels: docs/PROTOCOL.md explains their members, and `opNames` names them. */
const wireTables = new Set(['AgentOperations', 'ConnectionOperations', 'CoordinatorOperations'])

/** Exports and members that say nothing of themselves, as `owner.member`. */
export function undocumented(api: PublicApi, catalogue: Catalogue): string[] {
  return catalogue.exports(api).flatMap(({ name, declarations }) => {
    if (!declarations.some((item) => catalogue.docstring(item) !== undefined)) return [name]
    if (wireTables.has(name)) return []
    const members = declarations.flatMap(({ members: all }) => all)
    return members.filter((member) => isMute(member, catalogue)).map(({ displayName }) => `${name}.${displayName}`)
  })
}

function isMute(member: ApiItem, catalogue: Catalogue): boolean {
  if (catalogue.docstring(member) !== undefined) return false
  // What a parameter property is, the constructor's docstring says; what a property is, the name of its type
  if (member.kind === ApiItemKind.Constructor || member.displayName.startsWith('[Symbol.')) return false
  return !(member instanceof ApiPropertyItem && isNamedByItsType(member, catalogue))
}

/** `uuid: ContainerUuid` needs no more words. */
function isNamedByItsType({ propertyTypeExcerpt }: ApiPropertyItem, catalogue: Catalogue): boolean {
  const [one, ...more] = catalogue.named(propertyTypeExcerpt)
  const type = propertyTypeExcerpt.text.replace(/^readonly /, '').replace(/\[\]$/, '')
  return one !== undefined && more.length === 0 && type === one.name
}
