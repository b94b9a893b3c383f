// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { backrpc, client, core, server, type Mutant } from './mutant'

export const leaseMutants: readonly Mutant[] = [
  {
    name: 'fence-missing',
    breaks: 'an agent serves on when its lease has ended',
    file: core('state/lease.js'),
    find: 'return now < this.until && unixNow < this.unixUntil;',
    replace: 'return true;',
    caughtBy: 85
  },
  {
    name: 'executed-without-lease',
    breaks: 'requests are executed though the lease has ended',
    file: core('runtime/hosted-calls.js'),
    find: 'if (lease.covers(hosted.kind, unixNow))\n                return execute(place, unixNow);',
    replace: 'return execute(place, unixNow);',
    caughtBy: 85
  },
  {
    name: 'answered-without-lease',
    breaks: 'answers leave though the lease has ended meanwhile',
    file: core('runtime/hosted-calls.js'),
    find: 'if (!this.counts(hosted, lapses))',
    replace: 'if (false)',
    caughtBy: { plan: 'answered-without-lease' }
  },
  {
    name: 'lease-counts-from-pong',
    breaks: 'an agent counts its lease from when a pong came, not from when the ping was sent',
    file: backrpc('session/client-session.js'),
    find: "{ kind: 'confirmed', sentAt: at }",
    replace: "{ kind: 'confirmed', sentAt: now }",
    caughtBy: { plan: 'lease-counts-from-pong' }
  },
  {
    name: 'lease-outlives-session',
    breaks: 'pings of a new session renew the lease of an agent that has not been announced in it',
    file: client('agent-leases.js'),
    find: 'this.granted.clear();',
    replace: ';',
    caughtBy: { plan: 'lease-outlives-session' }
  },
  {
    name: 'lease-not-waited-for',
    breaks: 'what a silent agent had is started elsewhere at once',
    file: core('state/placement.js'),
    find: 'if (from > now) {',
    replace: 'if (false) {',
    caughtBy: { plan: 'lease-not-waited-for' }
  },
  {
    name: 'leased-row-forgotten',
    breaks: 'what a silent agent had and nobody holds is forgotten before its lease has ended',
    file: core('state/rows.js'),
    find: ' || notBefore(row) > now;',
    replace: ';',
    caughtBy: { plan: 'lease-not-waited-for' }
  },
  {
    name: 'guard-negative',
    breaks: 'a lease is taken for ended before it is',
    file: server('leases.js'),
    find: '+ guardMs(this.longest(agentId))',
    replace: '- guardMs(this.longest(agentId))',
    caughtBy: 679
  },
  {
    name: 'ledger-not-written',
    breaks: 'who has a lease is not written down',
    file: server('ledger-writer.js'),
    find: 'await ledger.write(content);',
    replace: ';',
    caughtBy: 30
  },
  {
    name: 'earlier-leases-ignored',
    breaks: 'a coordinator that starts does not wait for those who have a lease of the earlier run',
    file: core('runtime/network-run.js'),
    find: 'if (leases !== undefined)',
    replace: 'if (false)',
    caughtBy: { plan: 'earlier-leases-ignored' }
  },
  {
    name: 'given-up-while-it-ends',
    breaks: 'what did not terminate in time is started elsewhere at once, though its agent lives',
    file: core('state/supervision.js'),
    find: 'this.tables.terminations.await(row, now + (0, options_1.endTimeoutMs)(this.tables.options, row.kind));\n                continue;',
    replace: 'this.lifecycle.vacate(row, (0, failures_1.ended)(row, "given up"), now); continue;',
    caughtBy: { plan: 'given-up-without-lease' }
  },
  {
    name: 'given-up-and-not-written',
    breaks: 'what a silent agent had is started elsewhere before it is written down that it was given up',
    file: server('network-server.js'),
    find: 'leaseMs > 0 ? this.leases.written() : undefined',
    replace: 'undefined',
    caughtBy: { plan: 'given-up-and-not-written' }
  },
  {
    name: 'missing-forgotten',
    breaks: 'agents that were not back in the recovery window are believed when they come later',
    file: core('state/recovery.js'),
    find: 'tombstones.gaveUp(agentId, undefined, tokens.last);',
    replace: ';',
    caughtBy: { plan: 'missing-forgotten' }
  },
  {
    name: 'ending-not-told',
    breaks: 'an agent does not tell a coordinator that started anew what it is ending',
    file: client('announcements.js'),
    find: 'this.coordinator.grantsLeases ? ',
    replace: 'false ? ',
    caughtBy: { plan: 'ending-not-told' }
  }
]
