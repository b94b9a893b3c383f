// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { backrpc, core, server, type Mutant } from './mutant'

export const turnAndTimeMutants: readonly Mutant[] = [
  {
    name: 'turns-overlap',
    breaks: 'a container that takes turns begins the next while one runs',
    file: core('state/turn-queue.js'),
    find: 'if (this.turns.size === 0)',
    replace: 'if (true)',
    caughtBy: 11
  },
  {
    name: 'turn-ends-early',
    breaks: 'a turn ends with the call that began it, though what was called back still runs',
    file: core('state/turn-queue.js'),
    find: 'if (--turn.calls > 0)',
    replace: 'if (--turn.calls < 0)',
    caughtBy: 11
  },
  {
    name: 'chain-forgotten',
    breaks: 'nobody is told for which calls a request is made, so that what comes back to a turn waits for it',
    file: backrpc('session/outbox.js'),
    find: '(0, version_1.hasChains)(this.protocol) ? made : undefined',
    replace: 'undefined',
    caughtBy: 22
  },
  {
    name: 'reminder-given-up',
    breaks: 'a reminder whose delivery failed is not delivered again',
    file: server('reminders.js'),
    find: 'const retryMs = this.table.failed(reminder, Date.now(), cause);',
    replace: 'const retryMs = undefined;',
    caughtBy: 190
  },
  {
    name: 'reminder-not-durable',
    breaks: 'a reminder is acknowledged before it is on the disk',
    file: server('reminder-writer.js'),
    find: 'await store.write(batch.changes, table);',
    replace: 'void store.write(batch.changes, table);',
    caughtBy: { plan: 'reminder-not-durable' }
  },
  {
    name: 'timer-beyond-lease',
    breaks: 'a timer fires in a copy that others may have replaced',
    file: core('runtime/activations.js'),
    find: 'if (hosted.serves && host.lease.covers(hosted.kind))',
    replace: 'if (hosted.serves)',
    caughtBy: 85
  },
  {
    name: 'timers-outlive',
    breaks: 'the timers of a container go on after its end',
    file: core('runtime/activations.js'),
    find: 'activation?.end();',
    replace: ';',
    caughtBy: 85
  }
]
