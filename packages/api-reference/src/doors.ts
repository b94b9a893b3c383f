// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folder of the clone. */
export const root = join(__dirname, '../../..')

/** What users import from: a package, or a folder of one that its `exports` name. */
export interface Door {
  /** Of its files: `core`, `core-testing`. */
  readonly name: string
  /** As it is imported: `@hcengineering/network-core/testing`. */
  readonly specifier: string
  /** One sentence of its package. */
  readonly description: string
  readonly packageFolder: string
  /** Its typings. */
  readonly typings: string
}

/** In the order in which they build on each other. */
const packages = ['core', 'backrpc', 'client', 'server', 'testing']

/** Says of itself that its names change without notice. */
const notPublic = new Set(['testing-kernel'])

interface PackageJson {
  readonly name: string
  readonly description: string
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>
}

/** Every door of the published libraries. */
export const doors: readonly Door[] = packages.flatMap(doorsOf).filter(({ name }) => !notPublic.has(name))

function doorsOf(packageName: string): Door[] {
  const packageFolder = join(root, 'packages', packageName)
  const about = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as PackageJson
  return Object.entries(about.exports).flatMap(([path, target]) => {
    if (typeof target === 'string') return []
    return {
      name: [packageName, ...path.split('/').slice(1)].join('-'),
      specifier: about.name + path.slice(1),
      description: about.description,
      packageFolder,
      typings: join(packageFolder, target.types)
    }
  })
}
