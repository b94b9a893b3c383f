// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerUuid } from '@hcengineering/network-core'
import type { BenchPlan, Measured } from '../bench/plan'
import { measureContainer, measureNetwork } from '../bench/plan'
import type { Command, Context } from '../command'
import { readData } from '../data'
import { exitCodes } from '../exit-codes'

/** So much may be asked for. */
const maxForMs = 60_000
const maxParallel = 1_024
const maxSizeBytes = 1024 * 1024

export const bench: Command = {
  name: 'bench',
  summary: 'Measures how fast the network answers from here',
  description:
    'By default it serves containers of a kind of its own for that time, in a process beside it on this machine, and measures the coordinator ' +
    'alone, starts, requests by way of the coordinator and direct ones. With --uuid and --operation it asks a container that ' +
    'is there, which really executes it. Either way it is load: think before you use it on a network that others need.',
  options: [
    { name: 'for', value: 'time', summary: 'How long each measurement lasts, at most 60s. Default 2s' },
    {
      name: 'parallel',
      short: 'p',
      value: 'number',
      summary: `Requests at a time, at most ${maxParallel}. Default 64`
    },
    { name: 'size', value: 'bytes', summary: 'Of the data that is sent and answered, at most 1 MiB. Default 128' },
    { name: 'uuid', short: 'u', value: 'uuid', summary: 'A container that is there', completion: 'containers' },
    { name: 'operation', short: 'o', value: 'name', summary: 'What to ask it for' },
    { name: 'data', short: 'd', value: 'json', summary: 'What to send' }
  ],
  examples: ['network bench', 'network bench --uuid lobby --operation ping --parallel 8'],
  run: async (context) => {
    const measured = await measure(context)
    await context.output.rows<Measured>(
      measured,
      [
        { title: 'WHAT', cell: ({ what }) => what },
        { title: 'AT A TIME', cell: ({ parallel }) => String(parallel), right: true },
        { title: 'PER SECOND', cell: ({ perSecond }) => String(Math.round(perSecond)), right: true },
        { title: 'MEDIAN', cell: ({ medianMs }) => `${medianMs.toFixed(2)} ms`, right: true },
        { title: '99 %', cell: ({ p99Ms }) => `${p99Ms.toFixed(2)} ms`, right: true },
        { title: 'MOST', cell: ({ maxMs }) => `${maxMs.toFixed(2)} ms`, right: true },
        { title: 'FAILED', cell: ({ failed }) => String(failed), right: true }
      ],
      'Nothing was measured'
    )
    return measured.some(({ failed }) => failed > 0) ? exitCodes.failed : exitCodes.ok
  }
}

async function measure({ values, connect, coordinator, input, signal }: Context): Promise<Measured[]> {
  const plan: BenchPlan = {
    forMs: Math.min(maxForMs, values.durationMs('for', 2_000)),
    parallel: values.count('parallel', 64, maxParallel),
    sizeBytes: values.count('size', 128, maxSizeBytes),
    coordinator,
    signal
  }
  const uuid = values.text('uuid') as ContainerUuid | undefined
  const client = await connect()
  if (uuid === undefined) return await measureNetwork(client, plan)
  const operation = values.required('operation')
  return await measureContainer(client, uuid, operation, await readData(values.text('data'), input), plan)
}
