// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { client, core, server, type Mutant } from './mutant'

export const referenceMutants: readonly Mutant[] = [
  {
    name: 'hold-counted-twice',
    breaks: 'one get counts two holds',
    file: core('state/references.js'),
    find: 'this.count(client.id, row) + 1',
    replace: '(this.count(client.id, row) || 1) + 1',
    caughtBy: 1
  },
  {
    name: 'release-ignored',
    breaks: 'a hold that is let go is counted on',
    file: core('state/client-rules.js'),
    find: 'if (client === undefined || row === undefined || !references.remove(client, row))',
    replace: 'if (client === undefined || row === undefined || true)',
    caughtBy: 1
  },
  {
    name: 'dead-client-holds',
    breaks: 'a client that is dead keeps its holds',
    file: core('state/client-rules.js'),
    find: 'for (const row of references.removeClient(client)) {',
    replace: 'for (const row of []) {',
    caughtBy: 2
  },
  {
    name: 'orphan-lives',
    breaks: 'a container that nobody holds is not ended',
    file: core('state/lifecycle.js'),
    find: 'else if (!orphans.has(row)) {',
    replace: 'else if (false) {',
    caughtBy: 1
  },
  {
    name: 'orphan-timer-while-held',
    breaks: 'a container that somebody holds is ended for want of holders',
    file: core('state/lifecycle.js'),
    find: "if (row.state !== 'active' || row.holders.size > 0 || row.stateless) {",
    replace: "if (row.state !== 'active' || row.stateless) {",
    caughtBy: 1
  },
  {
    name: 'holds-not-renewed',
    breaks: 'a client does not tell a coordinator that started anew what it holds',
    file: client('holds.js'),
    find: 'this.book.forgotten();',
    replace: ';',
    caughtBy: 2
  },
  {
    name: 'late-get-kept',
    breaks: 'a hold that is granted after its caller has given up is not given back',
    file: client('holds.js'),
    find: 'this.book.unwanted(kind, options, result);',
    replace: 'this.book.granted(kind, options, result);',
    caughtBy: 24
  },
  {
    name: 'goodbye-ignored',
    breaks: 'the coordinator does not take in that a client is gone',
    file: server('network-server.js'),
    find: 'this.network.removeClient(client, leaseMs, leaseMs > 0 ? this.leases.written() : undefined);',
    replace: ';',
    caughtBy: 12
  },
  {
    name: 'held-is-refused',
    breaks: 'a hold that is re-established where nobody has room is refused',
    file: core('state/lifecycle.js'),
    find: 'if (!get.restores || uuid === undefined)',
    replace: 'if (true)',
    caughtBy: 8874
  },
  {
    name: 'leaves-before-its-holders',
    breaks: 'what leaves is ended before those who hold it could come back to a coordinator that has just started',
    file: core('state/draining.js'),
    find: 'if (this.mayBeHeld(row, now))',
    replace: 'if (false)',
    caughtBy: { plan: 'leaves-before-its-holders' }
  }
]
