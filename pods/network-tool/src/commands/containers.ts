// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { OperatorClient } from '@hcengineering/network-client'
import {
  NetworkError,
  type ContainerKind,
  type ContainerRecord,
  type ContainerSummary
} from '@hcengineering/network-core'
import type { Command } from '../command'
import { exitCodes, UsageError } from '../exit-codes'
import { span } from '../output/text'

/** One that serves, with its state, or one that does not. */
type Listed = (ContainerRecord & Pick<ContainerSummary, 'state' | 'waitsFor'>) | ContainerSummary

const states: ReadonlySet<string> = new Set<ContainerSummary['state']>([
  'active',
  'pre-terminating',
  'starting',
  'moving',
  'terminating',
  'lost',
  'recovering'
])

export const containers: Command = {
  name: 'containers',
  summary: 'Lists the containers, where they are, and in what state',
  description:
    'Those that serve are active or pre-terminating. The others start, end, or are lost: wanted, and served by nobody; of each of ' +
    'these it says what it waits for.',
  options: [
    { name: 'kind', short: 'k', value: 'kind', summary: 'Only those of that kind', completion: 'kinds' },
    { name: 'label', short: 'l', value: 'label', multiple: true, summary: 'Only those that carry it' },
    { name: 'state', short: 's', value: 'state', summary: 'Only those in that state, as in --json: lost, for one' }
  ],
  examples: [
    'network containers',
    'network containers --kind room --label eu',
    'network containers --state lost',
    'network containers --json | jq length'
  ],
  run: async ({ connect, output, values }) => {
    const client = await connect()
    const wanted = values.texts('label')
    const state = stateOf(values.text('state'))
    const listed = await listOf(client, values.text('kind') as ContainerKind | undefined)
    const found = listed.filter(
      (one) =>
        wanted.every((label) => one.labels?.includes(label) === true) && (state === undefined || one.state === state)
    )
    const now = Date.now()
    await output.rows(
      found,
      [
        { title: 'CONTAINER', cell: ({ uuid }) => uuid },
        { title: 'KIND', cell: ({ kind }) => kind },
        { title: 'AGENT', cell: ({ agentId = '-' }) => agentId },
        {
          title: 'LAST REQUEST',
          cell: ({ lastVisit = 0 }) => (lastVisit > 0 ? `${span(Math.max(0, now - lastVisit))} ago` : '-')
        },
        { title: 'STATE', cell: stateText },
        { title: 'LABELS', cell: ({ labels = [] }) => labels.join(', ') }
      ],
      'There are no such containers'
    )
    return exitCodes.ok
  }
}

/** A typing error must not look like good news. */
function stateOf(text: string | undefined): string | undefined {
  if (text === undefined || states.has(text)) return text
  throw new UsageError(`--state takes one of ${[...states].join(', ')}, got '${text}'`)
}

async function listOf(client: OperatorClient, kind: ContainerKind | undefined): Promise<Listed[]> {
  const [served, unserved] = await Promise.all([client.list(kind), unservedOf(client, kind)])
  const uuids = new Set(served.map(({ uuid }) => uuid))
  // One that came to serve, or ceased to, between the two answers is in both
  return [...served.map(withState), ...unserved.filter(({ uuid }) => !uuids.has(uuid))]
}

/** A record is of one that serves. */
export function withState(record: ContainerRecord): Listed {
  return { ...record, state: record.preTermination === undefined ? 'active' : 'pre-terminating' }
}

/** A coordinator that is too old to tell has none for all we know. */
async function unservedOf(client: OperatorClient, kind: ContainerKind | undefined): Promise<ContainerSummary[]> {
  try {
    return await client.unserved(kind)
  } catch (error) {
    if (NetworkError.is(error) && error.code === 'UNKNOWN_OPERATION') return []
    throw error
  }
}

/** Its state, and what it waits for; of one that serves, what there is besides. */
export function stateText({ state, waitsFor, healthy, stateless, preTermination }: Listed): string {
  const shown = state === 'pre-terminating' ? `to end: ${preTermination?.reason ?? ''}` : state
  const parts = [
    shown,
    ...(stateless === true ? ['stateless'] : []),
    ...(healthy === false ? ['unhealthy'] : []),
    ...(waitsFor === undefined ? [] : [`waits for ${waitsFor}`])
  ]
  return parts.join(', ')
}
