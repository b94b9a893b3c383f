// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  agentDirectRef,
  agentNoConnectRef,
  containerDirectRef,
  containerOnAgentEndpointRef,
  type AgentEndpointRef,
  type AgentUuid,
  type ContainerEndpointRef,
  type ContainerUuid
} from '@hcengineering/network-core'
import { agentRoute, hintOf, routeKey } from '../routes'

const agent = 'agent-a' as AgentUuid
const room = 'room' as ContainerUuid
const address = { host: 'h', port: 1 }

describe('routes', () => {
  test.each([
    ['behind its agent', containerOnAgentEndpointRef(agentDirectRef('h', 1, agent), room), { via: 'agent', address }],
    ['its own server', containerDirectRef('h', 1, room, agent), { via: 'own', address }],
    ['the reference of the agent itself', agentDirectRef('h', 1, agent), { via: 'agent', address }],
    ['unreachable', containerOnAgentEndpointRef(agentNoConnectRef(agent), room), { via: 'relay' }],
    ['opaque', 'my-service://h/room', { via: 'ask-agent' }],
    ['JSON of others', '{"host":"h"}', { via: 'ask-agent' }],
    ['no port', '{"kind":0,"host":"h","port":0,"agentId":"a"}', { via: 'ask-agent' }],
    ['empty', '', { via: 'ask-agent' }]
  ])('to a container %s', (_what, endpoint, hint) => {
    expect(hintOf(endpoint as string as ContainerEndpointRef)).toEqual(hint)
  })

  test.each([
    ['with a server', agentDirectRef('h', 1, agent), { via: 'agent', address }],
    ['without one', agentNoConnectRef(agent), { via: 'relay' }],
    ['of which nothing is known', undefined, { via: 'relay' }],
    ['with an opaque endpoint', 'agent!' as AgentEndpointRef, { via: 'relay' }]
  ])('to an agent %s', (_what, endpoint, route) => {
    expect(agentRoute(endpoint)).toEqual(route)
  })

  test('the same way has the same key, another way another', () => {
    expect(routeKey({ via: 'agent', address })).toBe(routeKey({ via: 'agent', address: { ...address } }))
    expect(routeKey({ via: 'agent', address })).not.toBe(routeKey({ via: 'own', address }))
    expect(routeKey({ via: 'relay' })).toBe('relay')
  })
})
