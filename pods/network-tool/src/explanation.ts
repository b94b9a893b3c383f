// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { tryParseEndpointRef, type ContainerExplanation, type ContainerMove } from '@hcengineering/network-core'
import type { Style } from './output/style'
import { counted, printable, span, time } from './output/text'

const moveNames: Readonly<Record<ContainerMove['what'], string>> = {
  started: 'started',
  'start-failed': 'failed to start',
  lost: 'lost',
  moving: 'asked to move',
  terminating: 'asked to end',
  'not-yet': 'could not end yet',
  restored: 'wanted again',
  unhealthy: 'unhealthy',
  healthy: 'healthy again',
  ended: 'ended'
}

/** Times of states are whole seconds. */
const accuracyMs = 1000

/** What is known of a container, as lines for people. */
export function explanationLines(known: ContainerExplanation, now: number, style: Style): string[] {
  const { uuid, kind, state, since } = known
  const ago = (at: number): string => `${time(at)}, ${span(Math.max(0, now - at))} ago`
  const fields: [string, string | undefined][] = [
    ['State', `${state} since ${ago(since)}`],
    ['Agent', known.agentId],
    ['Endpoint', endpointOf(known)],
    ['Traits', traits(known)],
    ['Labels', known.labels?.join(', ')],
    ['Last request', lastRequest(known, ago)],
    ['Held by', isGone(known) ? undefined : holders(known)],
    ['Standby on', known.standbys.length === 0 ? undefined : known.standbys.join(', ')],
    ['Waited for by', waiters(known, now)],
    ['Waits for', known.waitsFor],
    ['Last error', known.lastError],
    ['Gets failed', failedGets(known, ago)]
  ]
  const lines = [`Container ${style.bold(printable(uuid))} of kind ${style.bold(printable(kind))}`]
  for (const [name, value] of fields)
    if (value !== undefined) lines.push(`  ${`${name}:`.padEnd(15)}${printable(value)}`)
  const said = [known.waitsFor, known.lastError, known.failedGets?.why].filter((text) => text !== undefined)
  if (known.moves.length > 0) lines.push('  Moves:', ...known.moves.map((move) => `    ${moveLine(move, said)}`))
  return lines
}

/** @param said where its reason is told already; gets it otherwise */
function moveLine({ at, what, agentId, why, times = 1 }: ContainerMove, said: string[]): string {
  const where = agentId === undefined ? '' : ` on ${agentId}`
  const often = times === 1 ? '' : `, ${times} times`
  const reason = why === undefined ? '' : said.some((text) => text.includes(why)) ? ': as above' : `: ${why}`
  if (why !== undefined) said.push(why)
  return printable(`${time(at)}  ${moveNames[what] ?? what}${where}${often}${reason}`)
}

function failedGets(
  { failedGets: failed, kind, lastError }: ContainerExplanation,
  ago: (at: number) => string
): string | undefined {
  if (failed === undefined) return undefined
  const which = failed.gets === 1 ? '1, ' : `${failed.gets}, the last `
  const asked = failed.kind === kind ? '' : ` (of kind ${failed.kind})`
  const why = lastError?.includes(failed.why) === true ? 'as above' : failed.why
  return `${which}${ago(failed.at)}${asked}: ${failed.code}, ${why}`
}

/** A container that has not been asked anything has the time of its start, by another clock than that of its state. */
function lastRequest(
  { lastVisit = 0, since, state }: ContainerExplanation,
  ago: (at: number) => string
): string | undefined {
  if (lastVisit === 0) return undefined
  const isStart = state === 'active' && Math.abs(lastVisit - since) <= accuracyMs
  return isStart ? 'none after its first second' : ago(lastVisit)
}

function endpointOf({ endpoint }: ContainerExplanation): string | undefined {
  if (endpoint === undefined) return undefined
  const data = tryParseEndpointRef(endpoint)
  if (data === undefined) return endpoint
  return data.host === '' ? 'by way of the coordinator' : `${data.host}:${data.port}`
}

/** The network has none. */
export function isGone({ state }: ContainerExplanation): boolean {
  return state === 'ended' || state === 'absent'
}

function traits({ stateless, healthy }: ContainerExplanation): string | undefined {
  const found = [...(stateless === true ? ['stateless'] : []), ...(healthy === false ? ['unhealthy'] : [])]
  return found.length === 0 ? undefined : found.join(', ')
}

function holders({ holders: named, holderCount }: ContainerExplanation): string {
  if (holderCount === 0) return 'nobody'
  const shown = named.map(({ client, holds, agents = [], detached }) => {
    const more = [
      ...(holds === 1 ? [] : [`${holds} holds`]),
      ...(agents.length === 0 ? [] : [`of agent ${agents.join(', ')}`]),
      ...(detached === true ? ['connection lost'] : [])
    ]
    return more.length === 0 ? client : `${client} (${more.join('; ')})`
  })
  return rest(shown, holderCount)
}

function waiters({ waiters: named, waiterCount }: ContainerExplanation, now: number): string | undefined {
  if (waiterCount === 0) return undefined
  return `${counted(waiterCount, 'get')}: ${rest(
    named.map(({ client, since }) => `${client} for ${span(Math.max(0, now - since))}`),
    waiterCount
  )}`
}

function rest(named: readonly string[], count: number): string {
  return [...named, ...(count > named.length ? [`and ${count - named.length} more`] : [])].join(', ')
}
