// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkEventKind, type ContainerKind, type NetworkEvent } from '@hcengineering/network-core'
import type { Command } from '../command'
import { exitCodes } from '../exit-codes'
import type { Style } from '../output/style'
import { printable } from '../output/text'
import { aborted } from '../waiting'
import { stateText, withState } from './containers'

/** What happened to one agent or container, as a line of JSON says it. */
export interface Change {
  /** When the tool heard of it, Unix milliseconds. */
  readonly at: number
  readonly what: 'agent' | 'container'
  readonly event: 'added' | 'updated' | 'removed'
  readonly id: string
  readonly kinds: readonly string[]
  /** Of an agent that is being emptied. */
  readonly draining?: true
  readonly agentId?: string
  readonly state?: string
}

const names: Readonly<Record<NetworkEventKind, Change['event']>> = {
  [NetworkEventKind.added]: 'added',
  [NetworkEventKind.updated]: 'updated',
  [NetworkEventKind.removed]: 'removed'
}

export const watch: Command = {
  name: 'watch',
  summary: 'Prints what happens to agents and containers, as it happens',
  description:
    'One line for each change, until it is interrupted. Changes are collected for 50 ms and merged by the coordinator.',
  options: [{ name: 'kind', short: 'k', value: 'kind', summary: 'Only of that kind', completion: 'kinds' }],
  examples: ['network watch', 'network watch --kind room --json'],
  lasting: true,
  run: async ({ connect, output, values, signal, coordinator }) => {
    const client = await connect()
    const kind = values.text('kind') as ContainerKind | undefined
    let printing = Promise.resolve()
    const stop = client.onUpdate(async (event) => {
      for (const change of changesOf(event, Date.now())) {
        if (kind !== undefined && !change.kinds.includes(kind)) continue
        // In order, at the pace of who reads
        printing = printing.then(async () => {
          if (output.json) await output.value(change)
          else await output.line(lineOf(change, output.style))
        })
      }
      await printing
    })
    // Answered behind what was asked before: from here on everything is heard
    await client.kinds()
    await output.note(`Watching ${coordinator}`)
    await aborted(signal)
    stop()
    await printing
    return exitCodes.ok
  }
}

export function changesOf({ agents, containers }: NetworkEvent, at: number): Change[] {
  return [
    ...agents.map(({ id, kinds, event, draining }) => ({
      at,
      what: 'agent' as const,
      event: names[event],
      id,
      kinds,
      ...(draining === true ? { draining } : {})
    })),
    ...containers.map(({ container, event }) => ({
      at,
      what: 'container' as const,
      event: names[event],
      id: container.uuid,
      kinds: [container.kind],
      agentId: container.agentId,
      state: stateText(withState(container))
    }))
  ]
}

export function lineOf({ at, what, event, id, kinds, draining, agentId, state }: Change, style: Style): string {
  const sign = { added: style.green('+'), updated: style.yellow('~'), removed: style.red('-') }[event]
  const clock = style.dim(new Date(at).toISOString().slice(11, 23))
  const offered = `${draining === true ? 'drains; it offered' : 'offers'} ${kinds.join(', ')}`
  const of = what === 'agent' ? offered : `of kind ${kinds.join()} on ${agentId ?? '?'}`
  const more = event === 'removed' || state === undefined || state === 'active' ? '' : ` (${state})`
  return `${clock} ${sign} ${what} ${style.bold(printable(id))} ${printable(of + more)}`
}
