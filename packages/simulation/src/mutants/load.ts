// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readFileSync } from 'node:fs'
import Module from 'node:module'
import { dirname, join, sep } from 'node:path'
import type * as RunSeed from '../run-seed'
import type { Mutant } from './mutant'

type Load = (module: { _compile(code: string, file: string): void }, file: string) => void

const extensions = (Module as unknown as { readonly _extensions: { '.js': Load } })._extensions
const packages = ['core', 'backrpc', 'client', 'server', 'testing'] as const

const libOf = (name: string): string => dirname(require.resolve(`@hcengineering/network-${name}`))

/** A mutant that cannot be made of the code as it is. */
export class NoSuchLine extends Error {}

/** The simulation over the code with that mutant in it, or without any: everything of ours is loaded anew. */
export function loadSimulation(mutant: Mutant | undefined): typeof RunSeed {
  const ours = [...packages.map(libOf), join(__dirname, '..')]
  for (const file of Object.keys(require.cache)) {
    if (ours.some((folder) => file.startsWith(folder + sep))) delete require.cache[file]
  }
  const load = extensions['.js']
  if (mutant !== undefined) {
    const [name, path] = mutant.file
    const place = join(libOf(name), path)
    const code = mutated(readFileSync(place, 'utf8'), mutant)
    extensions['.js'] = (module, file) => {
      if (file === place) module._compile(code, file)
      else load(module, file)
    }
  }
  try {
    return require('../run-seed') as typeof RunSeed
  } finally {
    extensions['.js'] = load
  }
}

function mutated(code: string, { name, file, find, replace }: Mutant): string {
  const parts = code.split(find)
  if (parts.length === 2) return parts.join(replace)
  throw new NoSuchLine(
    `Mutant ${name}: what it replaces occurs ${parts.length - 1} times in ${file.join('/')}, and must once; adapt it in src/mutants`
  )
}
