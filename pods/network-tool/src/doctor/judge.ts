// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type {
  CoordinatorDiagnosis,
  FailedGets,
  KindWait,
  ProcessDiagnosis,
  WaitCause
} from '@hcengineering/network-core'
import { capacityText, isFull } from '../commands/agents'
import { bytes, counted, span } from '../output/text'
import type { AgentFacts, Answer, DeploymentFacts, Finding, Level } from './findings'
import { thresholds } from './thresholds'

/** Judges what was found out. Pure: the same facts give the same findings. */
export function judge(facts: DeploymentFacts): Finding[] {
  return [
    ...judgeCoordinator(facts),
    ...judgeOffers(facts),
    ...facts.agents.flatMap((agent) => judgeAgent(agent, facts))
  ]
}

function judgeCoordinator({ version, connectedInMs, coordinator }: DeploymentFacts): Finding[] {
  const finding = of('coordinator')
  const reached = finding('reachability', 'ok', `connected in ${span(connectedInMs)}`)
  if (coordinator === undefined) {
    const says = `it is of a release before ${version} that tells nothing of itself: update it to have the rest checked`
    return [reached, finding('version', 'warn', says)]
  }
  const { facts } = coordinator
  return [
    reached,
    finding('version', ...versionOf(facts, version, 'this tool')),
    ...processFindings('coordinator', coordinator),
    finding('ledger', ...ledgerOf(facts)),
    ...recoveryOf(facts),
    finding('containers', ...containersOf(facts)),
    ...waitsOf(facts),
    ...failuresOf(facts),
    finding('limits', 'ok', limitsOf(facts))
  ]
}

function judgeOffers({ agents }: DeploymentFacts): Finding[] {
  const finding = of('coordinator')
  if (agents.length === 0) return [finding('agents', 'warn', 'there are none: nothing can be started')]
  const offers = new Map<string, number>()
  for (const { agent } of agents) {
    if (agent.draining !== true) for (const kind of agent.kinds) offers.set(kind, (offers.get(kind) ?? 0) + 1)
  }
  const alone = [...offers].filter(([, count]) => count === 1).map(([kind]) => kind)
  const known = finding('agents', 'ok', counted(agents.length, 'agent'))
  if (alone.length === 0)
    return [known, finding('kinds', 'ok', `${counted(offers.size, 'kind')}, each by two agents or more`)]
  const some = alone.slice(0, 10).join(', ') + (alone.length > 10 ? ', …' : '')
  return [known, finding('kinds', 'warn', `offered by one agent alone, and gone with it: ${some}`)]
}

function judgeAgent({ agent, address, unreachable, answer, silent }: AgentFacts, facts: DeploymentFacts): Finding[] {
  const finding = of(agent.agentId)
  const findings = [finding('reachability', ...reachOf(address, unreachable, facts.local))]
  if (agent.draining === true) findings.push(finding('containers', 'warn', `it drains: ${agent.containers} left`))
  const capacity = capacityText(agent)
  if (capacity !== undefined) findings.push(finding('capacity', ...capacityOf(capacity, isFull(agent))))
  if (answer === undefined)
    return [...findings, finding('version', 'warn', `its process tells nothing of itself: ${silent ?? ''}`)]
  const reference = facts.coordinator?.facts.version ?? facts.version
  findings.push(finding('version', ...versionOf(answer.facts, reference, 'the coordinator')))
  return [...findings, ...processFindings(agent.agentId, answer)]
}

function capacityOf(capacity: string, full: boolean): [Level, string] {
  return full ? ['warn', `full: ${capacity} places are taken`] : ['ok', `${capacity} places are taken`]
}

function reachOf(address: string | undefined, unreachable: string | undefined, local: boolean): [Level, string] {
  if (address === undefined) return ['ok', 'it has no endpoint: all goes by way of the coordinator']
  if (unreachable === undefined) return ['ok', `${address} can be reached from here`]
  if (!local && /^(127\.|localhost:|\[::1\])/.test(address))
    return ['fail', `it names ${address}, which is each machine for itself: give it an endpoint that others can reach`]
  return ['fail', `${address} cannot be reached from here: ${unreachable}; connections go by way of the coordinator`]
}

function versionOf({ version, node }: ProcessDiagnosis, reference: string, whose: string): [Level, string] {
  const runs = `${version} on Node ${node}`
  return version === reference ? ['ok', runs] : ['warn', `${runs}; ${whose} is of ${reference}`]
}

/** What is asked of every process. */
function processFindings(id: string, answer: Answer<ProcessDiagnosis>): Finding[] {
  const finding = of(id)
  const found = [finding('clock', ...clockOf(answer)), finding('memory', ...memoryOf(answer.facts))]
  const { loop } = answer.facts
  if (loop === undefined) return found
  const level = graded(loop.maxMs, thresholds.lagWarnMs, thresholds.lagFailMs)
  const says = `${loop.meanMs.toFixed(1)} ms on average, ${loop.maxMs.toFixed(1)} ms at most, within ${span(loop.sampledMs)}`
  return [...found, finding('loop lag', level, says)]
}

/** Its clock against the middle of asking and hearing, less what that cannot know. */
function clockOf({ facts, sentAt, receivedAt }: Answer<ProcessDiagnosis>): [Level, string] {
  const roundTripMs = receivedAt - sentAt
  const offMs = facts.at - (sentAt + receivedAt) / 2
  const surelyMs = Math.max(0, Math.abs(offMs) - roundTripMs / 2)
  const slow = roundTripMs > thresholds.roundTripWarnMs ? 'warn' : 'ok'
  const level = worst(slow, graded(surelyMs, thresholds.clockWarnMs, thresholds.clockFailMs))
  const says = surelyMs < 1 ? 'as here' : `${span(Math.abs(offMs))} ${offMs > 0 ? 'ahead of' : 'behind'} the one here`
  return [level, `${says}; it answers within ${span(roundTripMs)}`]
}

function memoryOf({ memory, uptimeMs }: ProcessDiagnosis): [Level, string] {
  const { rssBytes, heapUsedBytes, heapLimitBytes } = memory
  const level = graded(heapUsedBytes / heapLimitBytes, thresholds.heapWarn, thresholds.heapFail)
  const heap = `heap ${bytes(heapUsedBytes)} of ${bytes(heapLimitBytes)}`
  return [level, `${bytes(rssBytes)} resident, ${heap}, up for ${span(uptimeMs)}`]
}

function ledgerOf({ ledger, epoch }: CoordinatorDiagnosis): [Level, string] {
  if (ledger) return ['ok', `leases outlive the coordinator; this is run ${epoch}`]
  return ['warn', 'there is none: after a restart a container may start while an agent that is cut off still serves it']
}

function recoveryOf({ recovering }: CoordinatorDiagnosis): Finding[] {
  if (!recovering) return []
  return [of('coordinator')('recovery', 'warn', 'it waits for agents that were there before its restart')]
}

function containersOf({ containers, references, pendingGets, clients }: CoordinatorDiagnosis): [Level, string] {
  const states = Object.entries(containers)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`)
  const has = states.length === 0 ? 'none' : states.join(', ')
  const says = `${has}; ${counted(references, 'hold')} of ${counted(clients, 'client')}, ${counted(pendingGets, 'get')} waiting`
  return (containers.lost ?? 0) > 0 ? ['warn', `${says}; see network containers --state lost`] : ['ok', says]
}

/** Kinds that are named, of those for which something waits, or failed. */
const maxKinds = 10

/** A start or an end that runs passes by itself; a coordinator of a later release may know causes that this tool does not. */
const waitTexts: Readonly<Record<WaitCause, readonly [Level, string]>> = {
  agent: ['warn', 'no agent offers it: start one'],
  pin: ['warn', 'the agents that they are pinned to do not offer it'],
  room: ['warn', 'every agent that offers it is full: raise their capacity, or start another'],
  retry: ['warn', 'it failed to start, and is tried again'],
  lease: ['ok', 'the agent that had them may serve them still, until its lease is over'],
  ledger: ['ok', 'the ledger does not say yet that the agent that had them was given up'],
  start: ['ok', 'they start'],
  end: ['ok', 'what was there before ends'],
  recovery: ['ok', 'agents that were there before the restart of the coordinator may have them']
}

function waitsOf({ waits = [] }: CoordinatorDiagnosis): Finding[] {
  const finding = of('coordinator')
  const named = waits.slice(0, maxKinds).map(({ kind, cause, gets, containers, lastError }: KindWait) => {
    const [level, text] = waitTexts[cause] ?? ['warn', `they wait for: ${String(cause)}`]
    const who = [
      ...(gets > 0 ? [counted(gets, 'get')] : []),
      ...(containers > 0 ? [counted(containers, 'held container')] : [])
    ]
    const why = lastError === undefined ? '' : `; the last error: ${lastError}`
    return finding('waiting', level, `kind ${kind}, ${who.join(' and ')}: ${text}${why}`)
  })
  return withRest('waiting', named, waits.length, 'and for')
}

function failuresOf({ failedGets = [], at }: CoordinatorDiagnosis): Finding[] {
  const finding = of('coordinator')
  const named = failedGets.slice(0, maxKinds).map(({ kind, uuid, code, why, gets, at: last }: FailedGets) => {
    const which = uuid === undefined ? '' : ` for container ${uuid}`
    const when = `${gets === 1 ? '' : 'the last '}${span(Math.max(0, at - last))} ago${which}`
    return finding('failed gets', 'warn', `kind ${kind}, ${counted(gets, 'get')} with ${code}, ${when}: ${why}`)
  })
  return withRest('failed gets', named, failedGets.length, 'and')
}

function withRest(check: Finding['check'], named: Finding[], count: number, and: string): Finding[] {
  const rest = count - named.length
  return rest > 0 ? [...named, of('coordinator')(check, 'warn', `${and} ${rest} more`)] : named
}

function limitsOf({ limits }: CoordinatorDiagnosis): string {
  const { maxInFlight, maxInFlightBytes, maxUnsentBytes } = limits
  return `${maxInFlight} requests and ${bytes(maxInFlightBytes)} in flight, ${bytes(maxUnsentBytes)} unsent, for each peer`
}

function of(id: string): (check: Finding['check'], level: Level, says: string) => Finding {
  return (check, level, says) => ({ of: id, check, level, says })
}

function graded(value: number, warn: number, fail: number): Level {
  return value >= fail ? 'fail' : value >= warn ? 'warn' : 'ok'
}

const ranks: Readonly<Record<Level, number>> = { ok: 0, warn: 1, fail: 2 }

/** The worse of two. */
export function worst(a: Level, b: Level): Level {
  return ranks[a] >= ranks[b] ? a : b
}
