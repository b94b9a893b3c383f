// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits } from './limits'
import type { AgentUuid, ContainerKind, ContainerUuid } from './api/identifiers'

/** Every code an error of the network can have; `docs/ERRORS.md` explains each. */
export const errorCodes = [
  'INVALID_ARGUMENT',
  'UNSUPPORTED_VALUE',
  'TOO_LARGE',
  'NOT_FOUND',
  'KIND_MISMATCH',
  'UUID_CONFLICT',
  'NO_AGENT',
  'CAPACITY',
  'START_FAILED',
  'START_TIMEOUT',
  'TERMINATING',
  'NOT_ACTIVE',
  'AGENT_ID_TAKEN',
  'REMOTE_ERROR',
  'UNKNOWN_OPERATION',
  'DEADLINE_EXCEEDED',
  'CANCELLED',
  'UNAVAILABLE',
  'OUTCOME_UNKNOWN',
  'OVERLOADED',
  'CONNECT_UNSUPPORTED',
  'PROTOCOL_ERROR',
  'CLOSED',
  'INTERNAL',
  'UNAUTHENTICATED',
  'PERMISSION_DENIED'
] as const

/** One of {@link errorCodes}. */
export type ErrorCode = (typeof errorCodes)[number]

/** Codes after which the same call may succeed later, without the risk of its being executed twice. */
export const retryableCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'NO_AGENT',
  'CAPACITY',
  'START_TIMEOUT',
  'TERMINATING',
  'NOT_ACTIVE',
  'AGENT_ID_TAKEN',
  'UNAVAILABLE',
  'OVERLOADED'
])

/** Where an error happened and what to do about it. */
export interface NetworkErrorDetails {
  /** What was going on when it happened, e.g. 'starting on agent a1'. */
  stage?: string
  kind?: ContainerKind
  uuid?: ContainerUuid
  agentId?: AgentUuid
  /** When to try again, in milliseconds. */
  retryAfterMs?: number
  /** `REMOTE_ERROR` only: the `code` of what the container threw. */
  remoteCode?: string
  /** Stays in this process. */
  cause?: unknown
}

/** What travels of an error. `code` is absent from 0.7 peers. */
export interface ErrorPayload {
  /** What happened, where, and what to do. */
  message: string
  code?: ErrorCode
  /** As in {@link NetworkErrorDetails}. */
  stage?: string
  kind?: ContainerKind
  uuid?: ContainerUuid
  agentId?: AgentUuid
  /** As in {@link NetworkErrorDetails}. */
  retryAfterMs?: number
  /** As in {@link NetworkErrorDetails}. */
  remoteCode?: string
}

const known: ReadonlySet<string> = new Set(errorCodes)

/** The one error class of the network. */
export class NetworkError extends Error {
  /** Always the same: for texts that print it. */
  override readonly name = 'NetworkError'
  /** What happened; `docs/ERRORS.md` has each, and what to do. */
  readonly code: ErrorCode
  /** The same call may succeed later, without the risk of its being executed twice. */
  readonly retryable: boolean
  /** As in {@link NetworkErrorDetails}. */
  readonly stage?: string
  readonly kind?: ContainerKind
  readonly uuid?: ContainerUuid
  readonly agentId?: AgentUuid
  /** As in {@link NetworkErrorDetails}. */
  readonly retryAfterMs?: number
  /** As in {@link NetworkErrorDetails}. */
  readonly remoteCode?: string

  constructor(code: ErrorCode, message: string, details: NetworkErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.retryable = retryableCodes.has(code)
    // One by one: a loop over their names costs as much as the stack
    const { stage, kind, uuid, agentId, retryAfterMs, remoteCode } = details
    if (stage !== undefined) this.stage = stage
    if (kind !== undefined) this.kind = kind
    if (uuid !== undefined) this.uuid = uuid
    if (agentId !== undefined) this.agentId = agentId
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs
    if (remoteCode !== undefined) this.remoteCode = remoteCode
  }

  /** Whether it is one of ours; never throws, whatever it is given. */
  static is(error: unknown): error is NetworkError {
    return attempt(() => error instanceof NetworkError) === true
  }

  /** `error` itself when it is one of ours, else one with `code` and its message; the original is the cause. */
  static from(error: unknown, code: ErrorCode = 'INTERNAL', details: NetworkErrorDetails = {}): NetworkError {
    if (NetworkError.is(error)) return error
    return new NetworkError(code, messageOf(error), { ...details, cause: error })
  }

  /** What a container threw: its message, and its own code as `remoteCode`. */
  static remote(error: unknown, details: NetworkErrorDetails = {}): NetworkError {
    return new NetworkError('REMOTE_ERROR', messageOf(error), { ...details, remoteCode: codeOf(error), cause: error })
  }

  /** Reads what a peer sent; nothing in it is trusted. A 0.7 peer sends no code: what it reports is `REMOTE_ERROR`. */
  static fromPayload(payload: unknown, details: NetworkErrorDetails = {}): NetworkError {
    const value = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {}
    const message = typeof value.message === 'string' ? value.message : 'The peer reported an error without a message'
    const code = typeof value.code === 'string' && known.has(value.code) ? (value.code as ErrorCode) : 'REMOTE_ERROR'
    const text = (name: string): string | undefined =>
      typeof value[name] === 'string' ? value[name].slice(0, limits.maxNameBytes) : undefined
    return new NetworkError(code, message, {
      ...details,
      stage: text('stage') ?? details.stage,
      kind: (text('kind') as ContainerKind | undefined) ?? details.kind,
      uuid: (text('uuid') as ContainerUuid | undefined) ?? details.uuid,
      agentId: (text('agentId') as AgentUuid | undefined) ?? details.agentId,
      remoteCode: text('remoteCode'),
      retryAfterMs: typeof value.retryAfterMs === 'number' ? value.retryAfterMs : undefined
    })
  }

  /** What travels: no stack, no cause. */
  toPayload(): ErrorPayload {
    return {
      message: this.message,
      code: this.code,
      stage: this.stage,
      kind: this.kind,
      uuid: this.uuid,
      agentId: this.agentId,
      retryAfterMs: this.retryAfterMs,
      remoteCode: this.remoteCode
    }
  }
}

/** A sentence for anything that was thrown, however hostile: reading it never throws. */
export function messageOf(error: unknown): string {
  if (typeof error === 'string') return error
  return (
    attempt(() => (error instanceof Error ? text(error.message) : undefined)) ??
    attempt(() => JSON.stringify(error)) ??
    attempt(() => String(error)) ??
    'something that cannot be read was thrown'
  )
}

/** The `code` of what was thrown, where it is text. Never throws. */
export function codeOf(error: unknown): string | undefined {
  return attempt(() => text((error as { code?: unknown } | null | undefined)?.code))
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
