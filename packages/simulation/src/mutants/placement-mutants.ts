// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { core, type Mutant } from './mutant'

export const placementMutants: readonly Mutant[] = [
  {
    name: 'failed-start-leaves-row',
    breaks: 'a start that failed is not forgotten',
    file: core('state/starting.js'),
    find: 'this.lifecycle.end(row, error, now);',
    replace: '',
    caughtBy: 1
  },
  {
    name: 'late-start-kept',
    breaks: 'what a start made after its deadline lives on',
    file: core('runtime/start-container.js'),
    find: 'if (expired)\n            void discard(result);',
    replace: 'if (false)\n            void discard(result);',
    caughtBy: 8
  },
  {
    name: 'wrong-uuid-kept',
    breaks: 'what a factory made under another uuid is not ended',
    file: core('runtime/start-container.js'),
    find: 'await discard(made);',
    replace: ';',
    caughtBy: 1
  },
  {
    name: 'two-starts',
    breaks: 'a get of a uuid that starts or lives starts it again',
    file: core('state/placement.js'),
    find: 'const row = uuid === undefined ? undefined : containers.get(uuid);',
    replace: 'const row = undefined;',
    caughtBy: 1
  },
  {
    name: 'labels-ignored',
    breaks: 'a get by labels has a container that carries one of them only',
    file: core('state/container-pools.js'),
    find: 'if (labels.every((label) => row.labels?.includes(label)))',
    replace: 'if (true)',
    caughtBy: 3
  },
  {
    name: 'first-place-told',
    breaks: 'a get is told where the container was at first, wherever it is now',
    file: core('state/lifecycle.js'),
    find: "const { uuid, endpoint, agentId, token } = row;\n        if (uuid === undefined || endpoint === undefined || agentId === undefined)\n            throw new Error('only active rows settle gets');",
    replace: 'const { uuid, endpoint, agentId, token } = (row.first ??= { ...row });',
    caughtBy: 1
  },
  {
    name: 'kind-ignored',
    breaks: 'a uuid that is live under another kind is handed out',
    file: core('state/placement.js'),
    find: 'if (row.kind === kind)\n                this.join',
    replace: 'if (true)\n                this.join',
    caughtBy: 4
  },
  {
    name: 'placement-ignores-kind',
    breaks: 'a container is started on an agent that does not offer its kind',
    file: core('state/agent-table.js'),
    find: 'return this.offered.get(kind);',
    replace: 'return [...this.offered.values()][0];',
    caughtBy: 4
  },
  {
    name: 'capacity-ignored',
    breaks: 'an agent starts more containers than it takes, and so does the coordinator there',
    file: core('state/seats.js'),
    find: 'return this.total < capacity.containers',
    replace: 'return true',
    caughtBy: 18
  },
  {
    name: 'agent-refuses-nothing',
    breaks: 'an agent starts whatever it is asked for, full or not',
    file: core('runtime/agent-seats.js'),
    find: 'if (!this.seats.fits(kind, this.capacity))',
    replace: 'if (false)',
    caughtBy: 45
  },
  {
    name: 'place-never-free',
    breaks: 'a container that has ended keeps its place on the agent',
    file: core('runtime/container-host.js'),
    find: 'hosted.seat?.free();',
    replace: '',
    caughtBy: 126
  },
  {
    name: 'place-not-kept-for-move',
    breaks: 'what moves to an agent that joined is started wherever there is room by then',
    file: core('state/supervision.js'),
    find: 'this.tables.containers.update(row, { destination });',
    replace: ';',
    caughtBy: { plan: 'place-not-kept-for-move' }
  },
  {
    name: 'crowded-forgotten',
    breaks: 'what is held and found no room is not started when there is some',
    file: core('state/placement.js'),
    find: 'this.tables.crowded.add(row.kind, row);',
    replace: ';',
    caughtBy: 63
  },
  {
    name: 'standby-not-promoted',
    breaks: 'when the active copy is gone the standby stays standby',
    file: core('state/placement.js'),
    find: 'const copy = row.standbys.find(({ agentId }) => !(0, rows_1.triedOf)(row).has(agentId));',
    replace: 'const copy = undefined;',
    caughtBy: 1
  }
]
