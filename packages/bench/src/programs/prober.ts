// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ClientWithAgents } from '@hcengineering/network-client'
import type { ContainerConnection, ContainerReference, ContainerUuid } from '@hcengineering/network-core'
import { monotonicMs } from '../harness/monotonic'
import { serveCommands } from '../harness/serve-commands'
import { pause } from '../harness/waiting'
import { connectTo, type CoordinatorAddress } from '../systems/connect'
import { echoKind } from '../systems/echo-container'

/** The two ways of a request. */
export type Way = 'reference' | 'connection'

/** How a probe ended. */
export interface ProbeResult {
  /** Of the process that answered. */
  readonly pid: number
  /** When the good answer came; see `monotonicMs`. */
  readonly atMs: number
  /** Errors before, by code. */
  readonly failures: Readonly<Record<string, number>>
  /** Calls that did not settle, although their deadline had passed. */
  readonly hung: number
}

/** What a watch saw. */
export interface WatchResult {
  /** When answers came; see `monotonicMs`. */
  readonly answeredAtMs: readonly number[]
  readonly failures: Readonly<Record<string, number>>
}

const DEADLINE_MS = 8000
const HUNG_MS = DEADLINE_MS + 2000
const BETWEEN_MS = 1
const MOST_FAILURES = 1000

let client: ClientWithAgents | undefined
let reference: ContainerReference | undefined
let connection: ContainerConnection | undefined
let watching: { stop: boolean; done: Promise<WatchResult> } | undefined

/** The pid of who answers, the code of an error, or `hung`. */
async function ask(way: Way): Promise<{ pid: number } | { code: string }> {
  const target = way === 'reference' ? reference : connection
  let timer: NodeJS.Timeout | undefined
  const hung = new Promise<{ code: string }>((resolve) => {
    timer = setTimeout(() => resolve({ code: 'hung' }), HUNG_MS)
  })
  try {
    const asked =
      target?.request('whoami', undefined, { timeoutMs: DEADLINE_MS }) ?? Promise.reject(new Error('closed'))
    return await Promise.race([asked.then((pid) => ({ pid: pid as number })), hung])
  } catch (error) {
    return { code: String((error as { code?: unknown }).code ?? error) }
  } finally {
    clearTimeout(timer)
  }
}

/** Goes on until it is told to stop and has been answered after that, or has failed so often that it never will be. */
async function watch(state: { readonly stop: boolean }): Promise<WatchResult> {
  const answeredAtMs: number[] = []
  const failures: Record<string, number> = {}
  for (let failed = 0; failed < MOST_FAILURES;) {
    const last = state.stop
    const answer = await ask('reference')
    if ('pid' in answer) {
      answeredAtMs.push(monotonicMs())
      if (last) break
    } else {
      failed++
      failures[answer.code] = (failures[answer.code] ?? 0) + 1
    }
    await pause(BETWEEN_MS)
  }
  return { answeredAtMs, failures }
}

const commands = {
  start: async (address: CoordinatorAddress): Promise<void> => {
    client = connectTo(address)
    await client.waitConnection()
  },
  /** A reference and a connection; answers with the pid of who has the container. */
  hold: async ({ uuid }: { uuid: string }): Promise<number> => {
    reference = await client?.get(echoKind, { uuid: uuid as ContainerUuid })
    connection = await reference?.connect()
    return (await connection?.request('whoami')) as number
  },
  /** Asks again and again until somebody other than `notPid` answers. */
  probe: async ({ way, notPid }: { way: Way; notPid: number }): Promise<ProbeResult> => {
    const failures: Record<string, number> = {}
    for (;;) {
      const answer = await ask(way)
      if ('pid' in answer) {
        if (answer.pid !== notPid) {
          return { pid: answer.pid, atMs: monotonicMs(), failures, hung: failures.hung ?? 0 }
        }
      } else failures[answer.code] = (failures[answer.code] ?? 0) + 1
      await pause(BETWEEN_MS)
    }
  },
  /** Asks the reference one request after the other until `stopWatching`, and once more. */
  startWatching: (): void => {
    const state = { stop: false }
    watching = Object.assign(state, { done: watch(state) })
  },
  stopWatching: async (): Promise<WatchResult> => {
    if (watching === undefined) throw new Error('Nothing is being watched')
    watching.stop = true
    return await watching.done
  },
  /** A new client's first answer; see `monotonicMs`. */
  firstAnswer: async (address: CoordinatorAddress): Promise<number> => {
    const asking = connectTo(address)
    try {
      await asking.agents()
      return monotonicMs()
    } finally {
      await asking.close()
    }
  }
}

/** What a scenario may ask of a prober. */
export type ProberCommands = typeof commands

serveCommands(commands)
