// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Option } from './command'

/** Options of every command. */
export const globalOptions: readonly Option[] = [
  {
    name: 'coordinator',
    short: 'c',
    value: 'host[:port]',
    summary: 'The coordinator. Default: NETWORK_COORDINATOR, else localhost:3737'
  },
  { name: 'json', short: 'j', summary: 'For programs: one JSON value, or one a line where there are several' },
  {
    name: 'timeout',
    short: 't',
    value: 'time',
    summary: 'How long to wait for the answer: 5s, 500ms, 2m. Default 30s'
  },
  {
    name: 'connect-timeout',
    value: 'time',
    summary: 'How long to wait for the coordinator. Default 5s, or less with --timeout'
  },
  { name: 'no-color', summary: 'No colours; NO_COLOR does the same. There are none where output is no terminal' },
  { name: 'help', short: 'h', summary: 'Shows help' }
]

export const defaultCoordinator = 'localhost:3737'
export const defaultTimeoutMs = 30_000
export const defaultConnectTimeoutMs = 5_000
