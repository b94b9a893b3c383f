// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { client, core, type Mutant } from './mutant'

export const requestMutants: readonly Mutant[] = [
  {
    name: 'terminating-serves',
    breaks: 'a container is given requests after its end has begun',
    file: core('runtime/hosted-container.js'),
    find: 'if (!this.serves)',
    replace: "if (this.state === 'standby')",
    caughtBy: 10
  },
  {
    name: 'parked-forgotten',
    breaks: 'requests that waited for a container which moved go on waiting',
    file: core('runtime/parked-calls.js'),
    find: 'call.proceed();',
    replace: ';',
    caughtBy: 6
  },
  {
    name: 'relay-not-repeated',
    breaks: 'a connection that runs through the coordinator does not follow a container that moves',
    file: core('runtime/relayed-connections.js'),
    find: 'if (agent === undefined || relays.length === 0)',
    replace: 'if (true)',
    caughtBy: 92
  },
  {
    name: 'executed-tried-elsewhere',
    breaks: 'a request that may have been executed goes to the next activation too',
    file: core('runtime/container-calls.js'),
    find: 'if ((0, relayed_call_1.isUnexecuted)(error) && this.hasMoved(call.uuid, serving))',
    replace: 'if (this.hasMoved(call.uuid, serving))',
    caughtBy: 10
  },
  {
    name: 'asker-forgotten',
    breaks: 'the container is not told who asks',
    file: client('agent-server.js'),
    find: '(0, network_core_1.readValue)(data), client, context)',
    replace: '(0, network_core_1.readValue)(data), undefined, context)',
    caughtBy: 2
  },
  {
    name: 'listener-outlives-client',
    breaks: 'the connections of a client that is gone are not ended',
    file: client('agent-connections.js'),
    find: 'await Promise.allSettled(ended.map(',
    replace: 'await Promise.allSettled([].map(',
    caughtBy: 5
  }
]
