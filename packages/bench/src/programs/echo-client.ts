// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { ClosedLoop, type Ask, type Load, type RoundResult } from '../harness/closed-loop'
import { serveCommands } from '../harness/serve-commands'
import { entryOf, type SystemName } from '../systems/catalogue'
import { echoValue, type EchoClient, type LargeEchoValue, type Place } from '../systems/echo-system'

/** What is echoed: the small object, that many bytes, or an object with that many items. */
export interface EchoLoad extends Load {
  readonly bytes?: number
  readonly items?: number
}

let client: EchoClient | undefined

function connected(): EchoClient {
  if (client === undefined) throw new Error('The client is not connected')
  return client
}

async function small(n: number): Promise<boolean> {
  const answer = await connected().echo(echoValue(n))
  return answer.n === n && answer.name === 'Ada Lovelace'
}

/** First and last byte and the length are compared: comparing all would be a part of what is measured. */
async function large(sent: Uint8Array): Promise<boolean> {
  const answer = await connected().echoBytes?.(sent)
  return answer?.length === sent.length && answer[0] === sent[0] && answer.at(-1) === sent.at(-1)
}

async function manyItems(sent: LargeEchoValue): Promise<boolean> {
  const { items } = (await connected().echo(sent)) as LargeEchoValue
  return items.length === sent.items.length && items.at(-1) === sent.items.at(-1)
}

function askFor({ bytes, items }: EchoLoad): Ask {
  if (bytes !== undefined) {
    const sent = Buffer.alloc(bytes, 'ab')
    return async () => await large(sent)
  }
  if (items !== undefined) {
    const sent = { ...echoValue(0), items: Array.from({ length: items }, (_, i) => i) }
    return async () => await manyItems(sent)
  }
  return small
}

const commands = {
  connect: async ({ system, place }: { system: SystemName; place: Place }): Promise<void> => {
    client = await (await entryOf(system).load()).connect(place)
    if (!(await small(0))) throw new Error(`${system} answers with something else than was sent`)
  },
  load: async (load: EchoLoad): Promise<RoundResult> => await new ClosedLoop(askFor(load), load).run(),
  /** Microseconds of one clone of the value, the middle of many. */
  cloneMicroseconds: ({ times }: { times: number }): number => {
    const value = echoValue(1)
    for (let i = 0; i < times; i++) structuredClone(value)
    const begun = performance.now()
    for (let i = 0; i < times; i++) structuredClone(value)
    return ((performance.now() - begun) / times) * 1000
  }
}

/** What a scenario may ask of the asking side of an echo. */
export type EchoClientCommands = typeof commands

serveCommands(commands)
