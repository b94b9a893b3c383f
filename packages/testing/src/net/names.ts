// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

export const coordinatorName = 'coordinator'

/** An agent of the test network, from 0. */
export type AgentName = `agent-${number}`
/** A client of the test network, from 0. */
export type ClientName = `client-${number}`
/** A machine of the test network. */
export type NodeName = typeof coordinatorName | AgentName | ClientName

/** The machine that a process runs on: of one that has started again the name goes on. */
export function nodeOf(process: string): string {
  return process.replace(/#.*/, '')
}
