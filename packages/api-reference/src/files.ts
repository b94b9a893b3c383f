// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Catalogue } from './catalogue'
import type { PublicApi } from './extract'
import { isInternal } from './internals'
import { pageOf } from './page'

/** What writes them anew, for texts. */
export const command = 'node common/scripts/install-run-rush.js api'

/** Folders in which nothing else is, from the root of the clone. */
export const folders = ['common/reviews/api', 'docs/api'] as const

/** All that is made of the public API: text by file, from the root of the clone. */
export function filesOf(apis: readonly PublicApi[], catalogue: Catalogue): ReadonlyMap<string, string> {
  const [reports, pages] = folders
  return new Map([
    [`${pages}/README.md`, indexOf(apis, catalogue)],
    ...apis.flatMap((api): [string, string][] => [
      [`${reports}/${api.door.name}.api.md`, api.report],
      [`${pages}/${api.door.name}.md`, pageOf(api, catalogue)]
    ])
  ])
}

function indexOf(apis: readonly PublicApi[], catalogue: Catalogue): string {
  const rows = apis.map(({ door }, index) => {
    const { name, specifier, description } = door
    const what = name.endsWith('-testing') ? 'for tests of what is built on it' : description
    const exports = catalogue.exports(apis[index])
    const internal = exports.filter(isInternal).length
    return `| [${specifier}](${name}.md) | ${what} | ${exports.length - internal} | ${internal === 0 ? '' : internal} |`
  })
  return `# API reference

Every name that the packages export, made from the docstrings of the code by \`${command}\`. To learn what to do with them,
begin with the [guides](../README.md); most programs need no more than \`createNetworkClient\` and the interfaces that
\`@hcengineering/network-core\` has of clients and containers. Names that only the other packages need stand last on their
page, as internal.

| import from | | names | internal ones |
|---|---|---|---|
${rows.join('\n')}

Times are milliseconds where the name ends in \`Ms\`, seconds where it ends in \`Seconds\`. What a method throws or rejects with is a
\`NetworkError\`, whose codes [ERRORS.md](../ERRORS.md) explains; what is sent must be one of the [values](../VALUES.md) that travel.
`
}
