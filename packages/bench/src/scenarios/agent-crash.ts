// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Child } from '../harness/child'
import { monotonicMs } from '../harness/monotonic'
import { percentilesOf } from '../model/percentile'
import type { ScenarioResult } from '../model/report'
import { judged, reported, type Row } from '../model/row'
import { around, spreadOf } from '../model/spread'
import type { AgentsCommands } from '../programs/agents'
import type { ProberCommands, ProbeResult, Way } from '../programs/prober'
import { sized, type Scenario, type ScenarioContext } from './scenario'
import { World } from './world'

const ALIVE_SECONDS = 1
const TARGET_MS = 300

interface Recovery {
  readonly ms: Readonly<Record<Way, number>>
  readonly hung: number
}

/** Two agents and somebody who uses a container of one of them. */
class Pair {
  private owner = 0

  private constructor(
    private readonly world: World,
    private readonly prober: Child<ProberCommands>,
    private readonly agents: Map<number, Child<AgentsCommands>>
  ) {}

  static async start(context: ScenarioContext): Promise<Pair> {
    const world = await World.start(context)
    const pair = new Pair(world, await world.prober(), new Map())
    await pair.addAgent()
    await pair.addAgent()
    pair.owner = await pair.prober.call('hold', { uuid: 'survivor' })
    return pair
  }

  /** The owner gets that signal; how long until each way answers again. Another agent replaces it afterwards. */
  async strike(signal: 'SIGKILL' | 'SIGSTOP'): Promise<Recovery> {
    const victim = this.agents.get(this.owner)
    if (victim === undefined) throw new Error(`No agent has the pid ${this.owner}`)
    this.agents.delete(this.owner)
    const probe = async (way: Way): Promise<ProbeResult> => await this.prober.call('probe', { way, notPid: victim.pid })
    const probes = Promise.all([probe('reference'), probe('connection')])
    const begun = monotonicMs()
    victim.signal(signal)
    const [reference, connection] = await probes
    await victim.kill()
    this.owner = reference.pid
    await this.addAgent()
    return {
      ms: { reference: reference.atMs - begun, connection: connection.atMs - begun },
      hung: reference.hung + connection.hung
    }
  }

  private async addAgent(): Promise<void> {
    const agent = await this.world.agents(1, { aliveTimeoutSeconds: ALIVE_SECONDS })
    this.agents.set(agent.pid, agent)
  }
}

async function strikes(
  pair: Pair,
  { signal, times, progress }: { signal: 'SIGKILL' | 'SIGSTOP'; times: number; progress: ScenarioContext['progress'] }
): Promise<Recovery[]> {
  const recoveries: Recovery[] = []
  for (let i = 1; i <= times; i++) {
    progress(`${signal} ${i} of ${times}`)
    recoveries.push(await pair.strike(signal))
  }
  return recoveries
}

function percentileRows(way: Way, recoveries: readonly Recovery[]): Row[] {
  const values = recoveries.map(({ ms }) => ms[way])
  const { p50, p95, p99 } = percentilesOf(values)
  const name = (percentile: string): string => `killed, next good answer on the ${way}, ${percentile}`
  return [
    reported({ name: name('p50'), unit: 'ms' }, around(p50, values), 'less'),
    reported({ name: name('p95'), unit: 'ms' }, around(p95, values), 'less'),
    judged({ name: name('p99'), unit: 'ms' }, around(p99, values), { atMost: TARGET_MS })
  ]
}

async function run(context: ScenarioContext): Promise<ScenarioResult> {
  const { progress } = context
  const pair = await Pair.start(context)
  const kills = await strikes(pair, {
    signal: 'SIGKILL',
    times: sized(context, { smoke: 2, default: 25, full: 200 }),
    progress
  })
  const silences = await strikes(pair, {
    signal: 'SIGSTOP',
    times: sized(context, { smoke: 1, default: 3, full: 20 }),
    progress
  })
  const hung = [...kills, ...silences].reduce((sum, recovery) => sum + recovery.hung, 0)
  const silent = (way: Way): number[] => silences.map(({ ms }) => ms[way])
  const silentTarget = { atMost: ALIVE_SECONDS * 1000 + TARGET_MS }
  const sorted = (way: Way): [number, number][] =>
    kills
      .map(({ ms }) => ms[way])
      .sort((a, b) => a - b)
      .map((ms, i, all) => [ms, (100 * (i + 1)) / all.length])
  return {
    rows: [
      ...percentileRows('reference', kills),
      ...percentileRows('connection', kills),
      judged(
        { name: 'silent, next good answer on the reference', unit: 'ms' },
        spreadOf(silent('reference')),
        silentTarget
      ),
      judged(
        { name: 'silent, next good answer on the connection', unit: 'ms' },
        spreadOf(silent('connection')),
        silentTarget
      ),
      judged({ name: 'hung calls', unit: 'count' }, spreadOf([hung]), { atMost: 0 })
    ],
    charts: [
      {
        kind: 'lines',
        title: 'Agent killed: time to the next good answer',
        x: { label: 'milliseconds after SIGKILL', scale: 'linear' },
        y: { label: 'share of crashes answered again (%)', scale: 'linear' },
        series: [
          { name: 'reference', ours: true, points: sorted('reference') },
          { name: 'connection', points: sorted('connection') }
        ]
      }
    ],
    notes: [
      `${kills.length} agents killed by SIGKILL, ${silences.length} silenced by SIGSTOP with an alive timeout of ${ALIVE_SECONDS} s. Both ways are asked one request after the other all the while; p99 of fewer than 100 is their worst.`
    ],
    lost: hung
  }
}

/** An agent dies or falls silent while its container is in use. */
export const agentCrash: Scenario = {
  name: 'agent-crash',
  title: 'Crash of an agent',
  tags: ['failover and recovery'],
  run
}
