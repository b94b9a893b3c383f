// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { client, core, server, type Mutant } from './mutant'

export const agentMutants: readonly Mutant[] = [
  {
    name: 'agent-death-leaves-rows',
    breaks: 'what a dead agent hosted is still said to be there',
    file: core('state/agent-rules.js'),
    find: 'for (const row of containers.onAgent(agentId))\n            this.lifecycle.agentLeft(row, { agentId, why, lease }, now);',
    replace: '',
    caughtBy: 1
  },
  {
    name: 'registration-forgets-containers',
    breaks: 'what an agent brings with its registration is not taken in',
    file: core('state/agent-rules.js'),
    find: 'if (container.ends === true || this.adoption.adopt(agent, container, now))',
    replace: 'if (true)',
    caughtBy: 2
  },
  {
    name: 'ended-while-registering',
    breaks: 'what has ended while the registration that lists it waited is taken in',
    file: server('network-operations.js'),
    find: 'arrivals.told(client, uuid, containers);',
    replace: '',
    caughtBy: { plan: 'ended-while-registering' }
  },
  {
    name: 'replaced-copy-kept',
    breaks: 'an agent that comes back keeps a copy that another has replaced',
    file: core('state/agent-rules.js'),
    find: 'terminate.push(container.uuid);',
    replace: 'continue;',
    caughtBy: 1
  },
  {
    name: 'end-lost',
    breaks: 'the answer to a registration does not name what is to end, the order for which may have been lost',
    file: server('network-operations.js'),
    find: '{ terminate: replaced, token',
    replace: '{ terminate: [], token',
    caughtBy: { plan: 'end-lost' }
  },
  {
    name: 'earlier-token-told',
    breaks:
      'what an earlier run had started is served by its token, though a start is on its way that gives it another',
    file: core('state/adoption.js'),
    find: 'const activated = (!managed && record.token === undefined) ||',
    replace: 'const activated = !managed ||',
    caughtBy: { plan: 'earlier-token-told' }
  },
  {
    name: 'outlived-start-kept',
    breaks:
      'what was started for a run before the last is listed to the next, though the one in between has not heard of it',
    file: client('agent-leases.js'),
    find: 'token.epoch < told.token.epoch',
    replace: 'false',
    caughtBy: { plan: 'started-for-who-is-gone' }
  },
  {
    name: 'standby-by-late-order',
    breaks: 'an order to be standby that comes late undoes a later activation',
    file: core('runtime/agent.js'),
    find: 'if (upTo === undefined ||',
    replace: 'if (true ||',
    caughtBy: { plan: 'standby-late' }
  },
  {
    name: 'older-claim-wins',
    breaks: 'of two claimants the one with the smaller token wins',
    file: core('state/adoption.js'),
    find: 'compareTokens)(token, row.token) > 0 && !this.tables.tokens.gave(token)',
    replace: 'compareTokens)(token, row.token) < 0',
    caughtBy: 111
  },
  {
    name: 'recovery-window-skipped',
    breaks: 'a coordinator that starts places at once what an agent may still have',
    file: core('state/recovery.js'),
    find: 'tables.recovery ??= {',
    replace: 'tables.nothing ??= {',
    caughtBy: 32
  },
  {
    name: 'agents-not-renewed',
    breaks: 'an agent does not register again with a coordinator that started anew',
    file: client('registrations.js'),
    find: 'const registered = [...this.registered];',
    replace: 'const registered = [];',
    caughtBy: 1
  },
  {
    name: 'accepted-is-refused',
    breaks: 'whose connection is lost is taken for dead though its port answers',
    file: server('owner-watch.js'),
    find: "if (found.every((one) => one === 'refused'))",
    replace: 'if (true)',
    caughtBy: 8
  },
  {
    name: 'deactivated-serves',
    breaks: 'a copy goes on serving when another has been activated',
    file: core('runtime/hosted-container.js'),
    find: "this.state = 'standby';\n        this.token = undefined;",
    replace: 'this.token = undefined;',
    caughtBy: 241
  },
  {
    name: 'tombstones-ignored',
    breaks: 'an agent that was away brings a container which was ended elsewhere since, and is believed',
    file: core('state/adoption.js'),
    find: 'tombstones.overtook(agentId, uuid, token)',
    replace: 'false',
    caughtBy: 1282
  },
  {
    name: 'voided-ignored',
    breaks: 'an agent that the earlier run had given up is believed',
    file: core('state/adoption.js'),
    find: 'const given = voided.get(agentId);',
    replace: 'const given = undefined;',
    caughtBy: 248
  },
  {
    name: 'what-was-told-forgotten',
    breaks: 'an agent that was given up, and told since what it may keep, is not believed by the next coordinator',
    file: core('state/agent-rules.js'),
    find: 'if ((0, token_1.compareTokens)(record.settled, voided.get(agentId)) >= 0)',
    replace: 'if (false)',
    caughtBy: 2357
  },
  {
    name: 'epoch-not-raised',
    breaks: 'a coordinator that starts anew counts tokens from the beginning',
    file: core('runtime/network-options.js'),
    find: 'const epoch = options.epoch ?? unixNow;',
    replace: 'const epoch = 1;',
    caughtBy: 58
  },
  {
    name: 'superseded-ignored',
    breaks: 'a copy serves on though a client says that it knows a later activation',
    file: core('runtime/agent.js'),
    find: 'if (hosted?.token === undefined ||',
    replace: 'if (true ||',
    caughtBy: { plan: 'superseded-ignored' }
  }
]
