// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerKind, ContainerUuid } from '@hcengineering/network-core'
import type { Command, Context } from '../command'
import { exitCodes } from '../exit-codes'
import { aborted } from '../waiting'

export const get: Command = {
  name: 'get',
  summary: 'Finds or starts a container, as any client would',
  description:
    'Without --uuid the network chooses, by the labels or round robin. The tool lets go of it when it ends: a container that ' +
    'nobody else holds is then ended by the network after its time (5 s by default). With --hold the tool stays, and keeps it, ' +
    'until it is interrupted.',
  arguments: [{ name: 'kind', summary: 'What it is to be', completion: 'kinds' }],
  options: [
    { name: 'uuid', short: 'u', value: 'uuid', summary: 'The one with this name', completion: 'containers' },
    { name: 'label', short: 'l', value: 'label', multiple: true, summary: 'One that carries it; a new one gets it' },
    { name: 'extra', value: 'json', summary: 'Handed to the factory, where it is started' },
    { name: 'hold', summary: 'Keeps it until interrupted' }
  ],
  examples: ['network get room --uuid lobby', 'network get room --label eu --hold'],
  lasting: true,
  run: async ({ connect, output, values, signal, timeoutMs }: Context) => {
    const client = await connect()
    const kind = values.argument('kind') as ContainerKind
    const uuid = values.text('uuid') as ContainerUuid | undefined
    const labels = values.texts('label')
    const options = {
      ...(uuid === undefined ? {} : { uuid }),
      ...(labels.length === 0 ? {} : { labels }),
      extra: values.json('extra')
    }
    const reference = await client.get(kind, options, { timeoutMs, signal })
    const record = (await client.list(kind)).find((one) => one.uuid === reference.uuid)
    const found = { uuid: reference.uuid, kind, agentId: record?.agentId, endpoint: reference.endpoint }
    if (output.json) await output.value(found)
    else await output.line(`${found.uuid} of kind ${kind} on agent ${found.agentId ?? '?'}`)
    if (values.flag('hold')) await aborted(signal)
    await reference.close()
    return exitCodes.ok
  }
}
