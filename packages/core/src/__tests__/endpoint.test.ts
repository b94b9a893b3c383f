// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentEndpointRef, AgentUuid, ContainerEndpointRef, ContainerUuid } from '../api/identifiers'
import {
  EndpointKind,
  agentDirectRef,
  agentNoConnectRef,
  composeCID,
  containerDirectRef,
  containerOnAgentEndpointRef,
  containerUuid,
  parseEndpointRef,
  tryParseEndpointRef
} from '../endpoint'

const agent = 'agent-1' as AgentUuid
const uuid = 'c1' as ContainerUuid
const recordedAgent = '{"host":"127.0.0.1","port":3738,"kind":1,"agentId":"09e1f335-be1a-407d-adc7-c26428efec96"}'
const recordedContainer =
  '{"kind":0,"host":"127.0.0.1","port":3738,"agentId":"09e1f335-be1a-407d-adc7-c26428efec96","uuid":"room-1"}'

describe('endpoint references', () => {
  it('are letter for letter those of 0.7', () => {
    const id = '09e1f335-be1a-407d-adc7-c26428efec96' as AgentUuid
    const direct = agentDirectRef('127.0.0.1', 3738, id)
    expect(direct).toBe(recordedAgent)
    expect(containerOnAgentEndpointRef(direct, 'room-1' as ContainerUuid)).toBe(recordedContainer)
  })

  it.each(['room-2', 'a "quoted" \\ one', '', undefined])('of one agent differ in the uuid only: %s', (next) => {
    const refOf = (of: unknown): string =>
      containerOnAgentEndpointRef(recordedAgent as AgentEndpointRef, of as ContainerUuid)
    const first = JSON.parse(refOf('room-1')) as object
    expect(refOf(next)).toBe(JSON.stringify({ ...first, uuid: next }))
  })

  it('say where a container is', () => {
    expect(parseEndpointRef(containerDirectRef('h', 1, uuid, agent))).toEqual({
      kind: EndpointKind.direct,
      host: 'h',
      port: 1,
      agentId: 'agent-1',
      uuid: 'c1'
    })
    expect(parseEndpointRef(agentDirectRef('h', 1, agent))).toEqual({
      kind: EndpointKind.direct,
      host: 'h',
      port: 1,
      agentId: 'agent-1'
    })
  })

  it('stay unreachable behind an agent that is', () => {
    const ref = containerOnAgentEndpointRef(agentNoConnectRef(agent), uuid)
    expect(parseEndpointRef(ref)).toMatchObject({ kind: EndpointKind.noconnect, agentId: 'agent-1', uuid: 'c1' })
  })

  it.each([
    ['', 1],
    ['h'.repeat(256), 1],
    ['h', 0],
    ['h', 65536],
    ['h', 1.5],
    ['h', NaN]
  ])('are not made of host %s and port %s', (host, port) => {
    expect(() => agentDirectRef(host, port, agent)).toThrow(`and ${port}`)
    expect(() => containerDirectRef(host, port, uuid, agent)).toThrow('An endpoint needs a host')
  })

  it.each([
    ['opaque', 'my-service://host/uuid'],
    ['empty', ''],
    ['a number', 5],
    ['nothing', undefined],
    ['no JSON', '{"kind":0'],
    ['an array', '[1]'],
    ['null', 'null'],
    ['of an unknown kind', '{"kind":3,"host":"h","port":1,"agentId":"a"}'],
    ['of a kind that is text', '{"kind":"0","host":"h","port":1,"agentId":"a"}'],
    ['without host', '{"kind":0,"port":1,"agentId":"a"}'],
    ['without agent', '{"kind":0,"host":"h","port":1}'],
    ['with a hostile port', '{"kind":0,"host":"h","port":70000,"agentId":"a"}'],
    ['with a hostile agent', `{"kind":0,"host":"h","port":1,"agentId":"${'x'.repeat(300)}"}`],
    ['with a uuid that is none', '{"kind":0,"host":"h","port":1,"agentId":"a","uuid":{}}'],
    ['too long', `{"kind":0,"host":"h","port":1,"agentId":"a","x":"${'x'.repeat(5000)}"}`]
  ])('are not read from what is %s', (_what, text) => {
    expect(tryParseEndpointRef(text)).toBeUndefined()
    expect(() => parseEndpointRef(text as ContainerEndpointRef)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' })
    )
  })

  it('take only what they know, and pollute nothing', () => {
    const data = parseEndpointRef(
      '{"__proto__":{"x":1},"kind":2,"agentId":"a","uuid":null,"y":2}' as ContainerEndpointRef
    )
    expect(data).toEqual({ kind: 2, host: '', port: 0, agentId: 'a' })
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })

  it('cannot be put behind an opaque one', () => {
    expect(() => containerOnAgentEndpointRef('my-agent' as AgentEndpointRef, uuid)).toThrow('Not an endpoint reference')
  })
})

describe('names of containers', () => {
  it('are new each time, or composed', () => {
    expect(containerUuid()).not.toBe(containerUuid())
    expect(composeCID('session', 'user1')).toBe('session_user1')
  })
})
