// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  containerOnAgentEndpointRef,
  containerUuid,
  type AgentEndpointRef,
  type Container,
  type ContainerFactory,
  type ContainerUuid
} from '@hcengineering/network-core'

/** Makes containers that are reached over their agent. */
export function factoryOf(make: (uuid: ContainerUuid) => Container): ContainerFactory {
  return async ({ uuid = containerUuid() }, agentEndpoint) => ({
    uuid,
    container: make(uuid),
    endpoint: containerOnAgentEndpointRef(agentEndpoint as AgentEndpointRef, uuid)
  })
}
