// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerKind, ContainerRecord } from '@hcengineering/network-core'
import type { Command } from '../command'
import { exitCodes } from '../exit-codes'
import { span } from '../output/text'

export const containers: Command = {
  name: 'containers',
  summary: 'Lists the containers that are served, where, and in what state',
  options: [
    { name: 'kind', short: 'k', value: 'kind', summary: 'Only those of that kind', completion: 'kinds' },
    { name: 'label', short: 'l', value: 'label', multiple: true, summary: 'Only those that carry it' }
  ],
  examples: [
    'network containers',
    'network containers --kind room --label eu',
    'network containers --json | jq length'
  ],
  run: async ({ connect, output, values }) => {
    const client = await connect()
    const wanted = values.texts('label')
    const records = await client.list(values.text('kind') as ContainerKind | undefined)
    const found = records.filter(({ labels = [] }) => wanted.every((label) => labels.includes(label)))
    const now = Date.now()
    await output.rows(
      found,
      [
        { title: 'CONTAINER', cell: ({ uuid }) => uuid },
        { title: 'KIND', cell: ({ kind }) => kind },
        { title: 'AGENT', cell: ({ agentId }) => agentId },
        {
          title: 'LAST REQUEST',
          cell: ({ lastVisit }) => (lastVisit > 0 ? `${span(Math.max(0, now - lastVisit))} ago` : '-')
        },
        { title: 'STATE', cell: stateText },
        { title: 'LABELS', cell: ({ labels = [] }) => labels.join(', ') }
      ],
      'There are no such containers'
    )
    return exitCodes.ok
  }
}

/** What a record says besides that it serves. */
export function stateText({ healthy, stateless, preTermination }: ContainerRecord): string {
  const parts = [
    preTermination === undefined ? 'active' : `to end: ${preTermination.reason}`,
    ...(stateless === true ? ['stateless'] : []),
    ...(healthy === false ? ['unhealthy'] : [])
  ]
  return parts.join(', ')
}
