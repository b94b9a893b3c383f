// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** What of an error reaches the test from a child process; everything a caller could see there. */
export interface ErrorInfo {
  name: string
  message: string
  code?: string
  remoteCode?: string
  stage?: string
  kind?: string
  uuid?: string
  agentId?: string
  retryable?: boolean
  stack?: string
}

/** How one call of many ended. */
export type Outcome = { value: unknown } | { error: ErrorInfo }

/** Test → child. */
export interface CommandMessage {
  type: 'command'
  id: number
  name: string
  params: unknown
}

/** Child → test: the answer to a command, or what happened there. */
export type ChildMessage = { type: 'answer'; id: number; outcome: Outcome } | { type: 'events'; events: unknown[] }

/** Reads an error for its journey to the test. */
export function errorInfo(error: unknown): ErrorInfo {
  if (!(error instanceof Error)) return { name: 'not an Error', message: String(error) }
  const { name, message, stack } = error
  const info: ErrorInfo = { name, message, stack }
  for (const field of ['code', 'remoteCode', 'stage', 'kind', 'uuid', 'agentId', 'retryable'] as const) {
    const value = (error as unknown as Record<string, unknown>)[field]
    if (value !== undefined) Object.assign(info, { [field]: value })
  }
  return info
}

/** How `promise` ended, without throwing. */
export async function outcomeOf(promise: Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await promise }
  } catch (error) {
    return { error: errorInfo(error) }
  }
}
