// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { CoordinatorOperations } from '@hcengineering/network-core'

/** How errors call what the coordinator is asked. */
export const operationTexts: Readonly<Record<keyof CoordinatorOperations, string>> = {
  ar: 'the registration of an agent',
  au: 'the goodbye of an agent',
  al: 'agents()',
  ak: 'kinds()',
  cl: 'list()',
  gg: 'get()',
  gx: 'the end of a get()',
  cr: 'the release of a container',
  cs: 'a request',
  cc: 'a relayed connect()',
  cd: 'the end of a relayed connection',
  cu: 'a report about containers',
  cw: 'a report about waiting calls',
  nw: 'onUpdate()',
  ex: 'explain()',
  lu: 'unserved()',
  lr: 'reminders()',
  xr: 'cancelReminder()',
  ct: 'terminate()',
  ad: 'drainAgent()',
  di: 'diagnose()',
  rs: 'reminders.set()',
  rc: 'reminders.cancel()',
  rl: 'reminders.list()'
}
