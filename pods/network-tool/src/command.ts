// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { OperatorClient } from '@hcengineering/network-client'
import type { ExitCode } from './exit-codes'
import type { Output } from './output/output'
import type { Values } from './values'

/** What can stand where a value is wanted: completion asks the coordinator for the first three. */
export type Completion = 'agents' | 'containers' | 'kinds' | 'commands' | 'shells'

/** One option; help, parsing and completion are made from it. */
export interface Option {
  readonly name: string
  readonly short?: string
  /** Names its value in help; absent from options that have none. */
  readonly value?: string
  readonly multiple?: boolean
  readonly summary: string
  readonly completion?: Completion
}

/** One positional argument. */
export interface Argument {
  readonly name: string
  readonly optional?: boolean
  /** The last one may: it takes all that is left, and what looks like an option after `--`. */
  readonly variadic?: boolean
  readonly summary: string
  readonly completion?: Completion
}

/** What a command works with. */
export interface Context {
  /** All there are. */
  readonly commands: readonly Command[]
  readonly values: Values
  readonly output: Output
  readonly input: AsyncIterable<Uint8Array | string>
  /** As given or by default, for messages. */
  readonly coordinator: string
  /** For the answer, in milliseconds. */
  readonly timeoutMs: number
  /** Aborts when the command is to end. */
  readonly signal: AbortSignal
  /** A client that is connected, closed after the command; throws `UnreachableError`. */
  connect(options?: ConnectOptions): Promise<OperatorClient>
}

export interface ConnectOptions {
  /** Another coordinator than that of the command line. */
  readonly coordinator?: string
  /** How long to wait for it. Default: `--connect-timeout`. */
  readonly withinMs?: number
}

/** One command of the tool. */
export interface Command {
  readonly name: string
  readonly summary: string
  /** More than the summary says: paragraphs. */
  readonly description?: string
  readonly arguments?: readonly Argument[]
  readonly options?: readonly Option[]
  readonly examples?: readonly string[]
  /** It goes on until it is ended: that is its good end. */
  readonly lasting?: boolean
  /** What it asks for is the container's: an operation that is not known is a request that failed. */
  readonly asksContainer?: boolean
  /** Not shown. */
  readonly hidden?: boolean
  run(context: Context): Promise<ExitCode>
}
