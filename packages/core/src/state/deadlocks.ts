// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid } from '../api/identifiers'
import type { Deadlock, WaitReport, WaitVerdict } from '../api/turns'
import { describeCycle, WaitGraph, type Wait } from './wait-graph'

interface KnownWait extends Wait {
  readonly id: string
  readonly agent: ReportingAgent
  /** Number of the first report that had it. */
  readonly since: number
}

interface ReportingAgent {
  /** Its last report was made when it had heard of that number. */
  heard: number
  waits: Map<string, KnownWait>
}

/**
 * Finds calls that wait for themselves over several agents, in what these report of their waits. Reports are of different
 * times: a cycle counts when every wait in it was seen again after the last of them was seen first, so that there was a moment
 * at which all of them waited. One of them is refused then, the one that was reported last, and the others go on.
 */
export class Deadlocks {
  private readonly agents = new Map<AgentUuid, ReportingAgent>()
  /** Of reports. */
  private count = 0

  /** What that agent says now takes the place of what it has said before. */
  report(agentId: AgentUuid, { heard, containers }: WaitReport): WaitVerdict {
    const number = ++this.count
    const earlier = this.agents.get(agentId)
    const agent: ReportingAgent = { heard, waits: new Map() }
    for (const { uuid, running, waiting } of containers) {
      for (const { id, operation, chain } of waiting) {
        const since = earlier?.waits.get(id)?.since ?? number
        agent.waits.set(id, { uuid, running, id, operation, chain, agent, since })
      }
    }
    if (agent.waits.size === 0) this.agents.delete(agentId)
    else this.agents.set(agentId, agent)
    return { heard: number, deadlocks: this.findIn(agent) }
  }

  /** It is gone, and what waited there. */
  forget(agentId: AgentUuid): void {
    this.agents.delete(agentId)
  }

  private findIn({ waits }: ReportingAgent): Deadlock[] {
    const found: Deadlock[] = []
    let graph = this.graph()
    for (const wait of [...waits.values()]) {
      const cycle = graph.cycleOf(wait)
      if (cycle === undefined || !isCertain(cycle) || lastOf(cycle) !== wait) continue
      found.push({ uuid: wait.uuid, id: wait.id, cycle: describeCycle(cycle) })
      waits.delete(wait.id)
      graph = this.graph()
    }
    return found
  }

  private graph(): WaitGraph<KnownWait> {
    return new WaitGraph([...this.agents.values()].flatMap(({ waits }) => [...waits.values()]))
  }
}

/** There was a moment at which all of them waited. */
function isCertain(cycle: readonly KnownWait[]): boolean {
  const complete = Math.max(...cycle.map(({ since }) => since))
  return cycle.every(({ agent }) => agent.heard >= complete)
}

/** The one that was reported last; the same whoever looks. */
function lastOf(cycle: readonly KnownWait[]): KnownWait {
  return cycle.reduce((last, wait) =>
    wait.since > last.since || (wait.since === last.since && wait.id > last.id) ? wait : last
  )
}
