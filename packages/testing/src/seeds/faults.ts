// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Random } from '../kernel/random'
import { coordinatorName, type AgentName, type NodeName } from '../net/names'
import type { TestNetwork } from '../test-network'

/** Every {@link FaultKind}. */
export const faultKinds = ['kill', 'stop', 'drain', 'pause', 'partition', 'break', 'delay'] as const
/**
 * What can go wrong: a process is killed; closes in good order; hands its containers on and closes; stops for a while; is
 * cut off from others; loses its connections; messages take long. Each ends by itself, and all at the heal.
 */
export type FaultKind = (typeof faultKinds)[number]

/** Of messages, while they take long: far below what any timeout allows. */
const maxDelayMs = 300

/** Whom a fault hits: the agent that hosts the container chosen by `pick` at that moment, an agent, or the coordinator. */
type Target = 'owner' | 'agent' | 'coordinator'

/** One fault, drawn before the run. */
export interface Fault {
  readonly kind: FaultKind
  /** Virtual milliseconds since the start. */
  readonly at: number
  readonly target: Target
  /** From 0 to below 1: chooses among those who can be hit. */
  readonly pick: number
  /** How long it lasts. */
  readonly forMs: number
  /** A partition: from everybody, or from the coordinator alone, so that clients still reach the agent. */
  readonly fromAll: boolean
}

/** Of every kind that is on, one to three until `untilMs`, each kind from a stream of its own. */
export function drawFaults(random: (stream: string) => Random, kinds: readonly FaultKind[], untilMs: number): Fault[] {
  const faults = switchedOn(random('kinds of faults'), kinds).flatMap((kind) => {
    const own = random(`faults/${kind}`)
    return Array.from({ length: own.int(1, 3) }, (): Fault => {
      const long = own.chance(0.5)
      return {
        kind,
        at: own.int(1, untilMs),
        target:
          kind === 'drain' ? 'agent' : own.weighted({ owner: 5, agent: 1, coordinator: kind === 'partition' ? 0 : 2 }),
        pick: own.next(),
        forMs: long ? own.int(3_200, 8_000) : own.int(50, 2_000),
        fromAll: own.chance(0.5)
      }
    })
  })
  return faults.sort((a, b) => a.at - b.at)
}

/** One run in ten has no faults, two in ten have one kind, the others each kind or not. */
function switchedOn(random: Random, kinds: readonly FaultKind[]): FaultKind[] {
  const how = random.next()
  if (how < 0.1 || kinds.length === 0) return []
  if (how < 0.3) return [random.pick(kinds)]
  return kinds.filter(() => random.chance(0.5))
}

/** For people. */
export function tellFault({ kind, target, at, forMs }: Fault): string {
  return `${kind} of ${kind === 'delay' ? 'messages' : target} at ${at} ms for ${forMs} ms`
}

/** Makes a fault happen, and its end, unless all has healed by then. */
export async function applyFault<S>(net: TestNetwork<S>, fault: Fault, isHealed: () => boolean): Promise<void> {
  const end = await begin(net, fault)
  if (!isHealed()) await net.advance(fault.forMs)
  if (!isHealed() || fault.kind === 'stop' || fault.kind === 'drain') end()
}

/** Answers how the fault ends. */
async function begin<S>(net: TestNetwork<S>, fault: Fault): Promise<() => void> {
  const node = targetOf(net, fault)
  if (node === undefined) return () => {}
  switch (fault.kind) {
    case 'kill':
      net.kill(node)
      return () => net.start(node)
    case 'stop':
      await net.stop(node)
      return () => net.start(node)
    case 'drain':
      await net.drain(node as AgentName)
      return () => net.start(node)
    case 'pause':
      net.pause(node)
      return () => net.resume(node)
    case 'partition':
      return net.partition(node, fault.fromAll ? undefined : coordinatorName)
    case 'break':
      net.breakConnections(node)
      return () => {}
    case 'delay':
      return net.delay(1, maxDelayMs)
  }
}

function targetOf<S>({ agents, containers }: TestNetwork<S>, { target, pick }: Fault): NodeName | undefined {
  if (target === 'coordinator') return coordinatorName
  if (target === 'owner' && containers.length > 0) return containers[Math.floor(pick * containers.length)].agent
  return agents[Math.floor(pick * agents.length)]
}
