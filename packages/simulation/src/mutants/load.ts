// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { Script } from 'node:vm'
import type * as RunSeed from '../run-seed'
import type { Mutant } from './mutant'

interface Loaded {
  exports: unknown
}

/** A module as CommonJS wraps it: what it makes is new with every call. */
type Body = (
  exports: unknown,
  require: (request: string) => unknown,
  module: Loaded,
  file: string,
  folder: string
) => void

const packages = ['core', 'backrpc', 'client', 'server', 'testing'] as const

const libOf = (name: string): string => dirname(require.resolve(`@hcengineering/network-${name}`))

const ours = [...packages.map(libOf), join(__dirname, '..')].map((folder) => folder + sep)

/** Compiled once, and run again for every mutant: to compile all of it takes longer than most runs. */
const bodies = new Map<string, Body>()

/** What each file's requests lead to. */
const places = new Map<string, (request: string) => string>()

/** A mutant that cannot be made of the code as it is. */
export class NoSuchLine extends Error {}

/** The simulation over the code with that mutant in it, for which everything of ours is loaded anew, or as it is. */
export function loadSimulation(mutant: Mutant | undefined): typeof RunSeed {
  if (mutant === undefined) return require('../run-seed') as typeof RunSeed
  const [name, path] = mutant.file
  const place = join(libOf(name), path)
  const body = compiled(place, mutated(readFileSync(place, 'utf8'), mutant))
  const modules = new Map<string, Loaded>()
  const load = (file: string): unknown => {
    const known = modules.get(file)
    if (known !== undefined) return known.exports
    const module: Loaded = { exports: {} }
    modules.set(file, module)
    const resolve = resolverOf(file)
    const requireThere = (request: string): unknown => {
      const found = resolve(request)
      return ours.some((folder) => found.startsWith(folder)) ? load(found) : (require(found) as unknown)
    }
    const run = file === place ? body : bodyOf(file)
    run.call(module.exports, module.exports, requireThere, module, file, dirname(file))
    return module.exports
  }
  return load(require.resolve('../run-seed')) as typeof RunSeed
}

function bodyOf(file: string): Body {
  let body = bodies.get(file)
  if (body === undefined) bodies.set(file, (body = compiled(file, readFileSync(file, 'utf8'))))
  return body
}

function compiled(file: string, code: string): Body {
  const parameters = 'exports, require, module, __filename, __dirname'
  return new Script(`(function (${parameters}) { ${code}\n})`, { filename: file }).runInThisContext() as Body
}

function resolverOf(file: string): (request: string) => string {
  let resolve = places.get(file)
  if (resolve === undefined) {
    const found = new Map<string, string>()
    const { resolve: find } = createRequire(file)
    resolve = (request) => {
      let place = found.get(request)
      if (place === undefined) found.set(request, (place = find(request)))
      return place
    }
    places.set(file, resolve)
  }
  return resolve
}

function mutated(code: string, { name, file, find, replace }: Mutant): string {
  const parts = code.split(find)
  if (parts.length === 2) return parts.join(replace)
  throw new NoSuchLine(
    `Mutant ${name}: what it replaces occurs ${parts.length - 1} times in ${file.join('/')}, and must once; adapt it in src/mutants`
  )
}
