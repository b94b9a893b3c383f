// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Command } from '../command'
import { examine } from '../doctor/examine'
import type { Finding, Level } from '../doctor/findings'
import { judge, worst } from '../doctor/judge'
import { exitCodes } from '../exit-codes'
import type { Style } from '../output/style'

export const doctor: Command = {
  name: 'doctor',
  summary: 'Checks a deployment: reachability, versions, clocks, loop lag, memory, limits',
  description:
    'Asks the coordinator, and by way of it the process of every agent, and dials the endpoint of every agent from here: run it ' +
    'where clients run. Fails when a check fails; warnings are worth a look, and fail nothing.',
  examples: ['network doctor', 'network doctor --json | jq \'.[] | select(.level != "ok")\''],
  run: async ({ connect, output, coordinator }) => {
    const start = Date.now()
    const client = await connect()
    const connectedInMs = Date.now() - start
    const local = /^(127\.|localhost(:|$)|\[::1\])/.test(coordinator)
    const findings = judge(await examine(client, connectedInMs, local))
    const most = findings.reduce<Level>((so, { level }) => worst(so, level), 'ok')
    await output.rows(
      findings,
      [
        { title: 'RESULT', cell: ({ level }) => level, mark: (text, { level }) => colourOf(level, output.style)(text) },
        { title: 'WHO', cell: (finding) => finding.of },
        { title: 'CHECK', cell: (finding) => finding.check },
        { title: 'SAYS', cell: (finding) => finding.says }
      ],
      ''
    )
    if (!output.json) await output.line(summary(findings, most, output.style))
    return most === 'fail' ? exitCodes.failed : exitCodes.ok
  }
}

function summary(findings: readonly Finding[], level: Level, style: Style): string {
  const count = (of: Level): number => findings.filter((finding) => finding.level === of).length
  const text = `${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} failed`
  return colourOf(level, style)(text)
}

function colourOf(level: Level, style: Style): (text: string) => string {
  return { ok: style.green, warn: style.yellow, fail: style.red }[level]
}
