// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ClientUuid } from '@hcengineering/network-core'
import { openNetwork } from '../open-network'
import type { AgentName } from '../index'
import { wrapped } from '../net/envelope'
import type { AgentProgram } from '../net/programs'
import { counterKind, counters, counterUuid } from './counter'

// What the network never does is done to it here, so that the rules are seen to notice
describe('test network - its own promises', () => {
  it('tells of a request that is executed twice', async () => {
    const { net, machines } = await openNetwork({ factories: counters })
    const counter = await net.client.get(counterKind, { uuid: counterUuid })
    const program = machines.program(net.ownerOf(counterUuid) as AgentName) as AgentProgram<undefined>
    const { agent } = program
    const request = agent.request.bind(agent)
    agent.request = async (uuid, ...rest) => {
      await request(uuid, ...rest)
      return (await request(uuid, ...rest)) as unknown
    }
    await expect(counter.request('add', 1)).rejects.toThrow(/at most once, .* was executed 2 times/)
    await net.close()
  })

  it('tells of an earlier copy that serves after a later one has', async () => {
    const { net, machines } = await openNetwork({ factories: counters })
    const counter = await net.client.get(counterKind, { uuid: counterUuid })
    await counter.request('add', 1)
    const program = machines.program(net.ownerOf(counterUuid) as AgentName) as AgentProgram<undefined>
    const earlier = await program.agent.getContainer(counterUuid)
    net.kill(net.ownerOf(counterUuid) as AgentName)
    await counter.request('add', 1)
    const token = { epoch: 1, counter: 1 }
    const context = { signal: new AbortController().signal, token }
    await earlier?.request('add', wrapped(2, 1), 'client-0#1' as ClientUuid, context)
    await expect(net.close()).rejects.toThrow(/single owner, .*counter-1: instance 1 on agent-[01]#1 served/)
  })

  it('tells of a call that does not settle', async () => {
    const { net, machines, engine } = await openNetwork({ factories: counters })
    const { process } = machines.caller('client-0').parts
    const never = machines.calls.make(
      process,
      { what: 'wait', timeoutMs: 1000 },
      async () => await new Promise(() => {})
    )
    await expect(engine.driven('it', never)).rejects.toThrow(/calls settle, .*is not settled after its deadline/)
    await net.close()
  })
})
