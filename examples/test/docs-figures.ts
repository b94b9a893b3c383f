// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// Figures in documents come from a stored run of packages/bench: what stands between `<!-- figures NAME of RUN -->` and
// `<!-- /figures -->` must be what docs/benchmarks/RUN/report.json says. To quote another run, or to correct them:
// `tsx test/docs-figures.ts RUN` writes them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Check } from './check.ts'
import { documents } from './docs-code.ts'
import { rootFolder } from './program.ts'

interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

interface Scenario {
  readonly name: string
  readonly rows: readonly { readonly name: string; readonly unit: string; readonly measured?: Spread }[]
  readonly measurements?: readonly { system: string; load: string; perSecond: Spread; p50Ms: Spread }[]
}

interface Report {
  readonly startedAt: string
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string; readonly loadBefore: number }
  readonly scenarios: readonly Scenario[]
}

/** Three digits that count, thousands apart. */
function figure(value: number): string {
  const rounded = Number(value.toPrecision(3))
  return rounded >= 1000 ? String(rounded).replace(/\B(?=(\d{3})+$)/g, ' ') : String(rounded)
}

const spread = ({ median, min, max }: Spread, unit: string): string => {
  const known = `${figure(median)}${unit}`
  return min === max ? known : `${known} (${figure(min)} – ${figure(max)})`
}

function scenario(report: Report, name: string): Scenario {
  const found = report.scenarios.find((one) => one.name === name)
  if (found === undefined) throw new Error(`the run has no scenario '${name}'`)
  return found
}

function row(report: Report, from: string, name: string): string {
  const found = scenario(report, from).rows.find((one) => one.name === name)
  if (found?.measured?.median === undefined) return 'not measured'
  const { unit, measured } = found
  return spread(measured, unit === '×' ? ' ×' : unit.startsWith('/') ? unit : ` ${unit}`)
}

function measured(report: Report, from: string, system: string, load: string, what: 'perSecond' | 'p50Ms'): string {
  const all = scenario(report, from).measurements ?? []
  const found = all.find((one) => one.system === system && one.load === load)
  return found === undefined ? '–' : spread(found[what], what === 'p50Ms' ? ' ms' : '/s')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const [first, ...others] = [head, ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  return [first, `|${'---|'.repeat(head.length)}`, ...others].join('\n')
}

function conditions({ startedAt, machine: { cpu, cores, node, loadBefore } }: Report): string {
  const day = startedAt.slice(0, 10)
  return `Run of ${day}: ${cores} cores (${cpu}), loopback, Node ${node}, load average ${loadBefore} before it. Median (least – most) of its rounds.`
}

const peers = ['raw zeromq', 'Moleculer', 'NATS', 'gRPC (grpc-js)', 'plain TCP, batched']

const tables: Readonly<Record<string, (report: Report) => string>> = {
  speed: (report) => {
    const echo = (system: string, from = 'direct-echo'): string[] => [
      measured(report, from, system, '1 in flight', 'p50Ms'),
      measured(report, from, system, '256 in flight', 'perSecond')
    ]
    return table(
      ['a small object there and back', '1 in flight, p50', '256 in flight', 'network, direct ÷ it'],
      [
        ['**network, direct**', ...echo('network, direct'), ''],
        ['network, through the coordinator', ...echo('network, through the coordinator', 'coordinator-echo'), ''],
        ...peers.map((peer) => [peer, ...echo(peer), row(report, 'direct-echo', `256 in flight, requests/s ÷ ${peer}`)])
      ]
    )
  },
  sizes: (report) =>
    table(
      ['what', 'measured'],
      [
        ['idle coordinator, resident memory', row(report, 'live-containers', 'idle coordinator, resident')],
        ['each container: in use', row(report, 'live-containers', 'memory per container over the idle size')],
        [
          'each container: resident',
          row(report, 'live-containers', 'resident memory per container over the idle size')
        ],
        ['each client or agent: in use', row(report, 'live-containers', 'memory per client and agent')],
        ['starts of containers, 16 at a time', row(report, 'activation', 'gets of new uuids, many live, 16 in flight')],
        [
          'requests through the coordinator, 256 at a time',
          measured(report, 'coordinator-echo', 'network, through the coordinator', '256 in flight', 'perSecond')
        ],
        [
          'requests directly to one agent, 256 at a time',
          measured(report, 'direct-echo', 'network, direct', '256 in flight', 'perSecond')
        ],
        [
          'start of the coordinator until its first answer',
          row(report, 'cold-start', 'start of the process until the first answer')
        ],
        [
          'agent killed, until the next good answer, p99',
          row(report, 'agent-crash', 'killed, next good answer on the reference, p99')
        ],
        [
          'coordinator restarted, until references work',
          row(report, 'coordinator-restart', 'references usable after it listens again')
        ]
      ]
    )
}

const marked = /<!-- figures (\w+) of ([\w-]+) -->\n[\s\S]*?<!-- \/figures -->/g

/** The document with its figures as the stored runs say; `run` is quoted in place of those it names. */
export function withFigures(document: string, run?: string): string {
  return document.replace(marked, (_all, name: string, named: string) => {
    const quoted = run ?? named
    const file = join(rootFolder, 'docs', 'benchmarks', quoted, 'report.json')
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report
    return `<!-- figures ${name} of ${quoted} -->\n${tables[name](report)}\n\n${conditions(report)}\n<!-- /figures -->`
  })
}

/** Every document says what the runs say. */
export function docsFigureChecks(): Check[] {
  const quoting = documents().filter((document) => readFileSync(document, 'utf8').includes('<!-- figures '))
  return quoting.map((document) => ({
    title: `${relative(rootFolder, document)} has the figures of its run`,
    run: () => {
      const text = readFileSync(document, 'utf8')
      if (withFigures(text) !== text) throw new Error('they differ: run `npx tsx test/docs-figures.ts RUN` in examples')
    }
  }))
}

if (process.argv[1] === import.meta.filename) {
  for (const document of documents()) {
    const text = readFileSync(document, 'utf8')
    const figures = withFigures(text, process.argv[2])
    if (figures !== text) writeFileSync(document, figures)
  }
}
