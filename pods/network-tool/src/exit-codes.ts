// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, type ErrorCode } from '@hcengineering/network-core'

/** What the process ends with; the README lists them. */
export const exitCodes = {
  ok: 0,
  /** What was asked for failed, or a check of `doctor` did. */
  failed: 1,
  /** The command line is not one that can be meant. */
  usage: 2,
  /** There is no such agent, container or kind. */
  notFound: 3,
  /** The coordinator cannot be reached. */
  unreachable: 4,
  /** It took longer than `--timeout`. */
  timedOut: 5,
  /** The coordinator, or the agent, is of a release that cannot do this. */
  unsupported: 6,
  /** By `SIGINT`, before it was done. */
  interrupted: 130
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The command line cannot be meant. */
export class UsageError extends Error {}

/** Nobody answers at the coordinator's address. */
export class UnreachableError extends Error {}

/** It was to end before it was done. */
export class InterruptedError extends Error {}

const byCode: Partial<Record<ErrorCode, ExitCode>> = {
  NOT_FOUND: exitCodes.notFound,
  NO_AGENT: exitCodes.notFound,
  INVALID_ARGUMENT: exitCodes.usage,
  DEADLINE_EXCEEDED: exitCodes.timedOut,
  START_TIMEOUT: exitCodes.timedOut,
  UNKNOWN_OPERATION: exitCodes.unsupported,
  CONNECT_UNSUPPORTED: exitCodes.unsupported
}

/** @param asksContainer it may be the container that does not know the operation: then the request has failed */
export function exitCodeOf(error: unknown, asksContainer = false): ExitCode {
  if (error instanceof UsageError) return exitCodes.usage
  if (error instanceof UnreachableError) return exitCodes.unreachable
  if (error instanceof InterruptedError) return exitCodes.interrupted
  if (asksContainer && NetworkError.is(error) && error.code === 'UNKNOWN_OPERATION') return exitCodes.failed
  return NetworkError.is(error) ? (byCode[error.code] ?? exitCodes.failed) : exitCodes.failed
}
