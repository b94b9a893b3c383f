// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** A deliberately broken variant of our own code: one line of what was built, replaced in memory. */
export interface Mutant {
  readonly name: string
  /** What it does wrong. */
  readonly breaks: string
  /** The built file: its package, and the path in its `lib`. */
  readonly file: readonly [of: 'core' | 'backrpc' | 'client' | 'server', path: string]
  /** Occurs in it exactly once. */
  readonly find: string
  readonly replace: string
  /** In which the simulation catches it. */
  readonly caughtBy: CaughtBy
}

/** A seed; or a plan in `src/__tests__/plans`, for what seeds hit once in thousands of runs. */
export type CaughtBy = number | { readonly plan: string }

export const core = (path: string): Mutant['file'] => ['core', path]
export const backrpc = (path: string): Mutant['file'] => ['backrpc', path]
export const client = (path: string): Mutant['file'] => ['client', path]
export const server = (path: string): Mutant['file'] => ['server', path]
