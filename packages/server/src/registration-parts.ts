// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  NetworkError,
  type AgentUuid,
  type ClientUuid,
  type ContainerRecord,
  type RegisterParams
} from '@hcengineering/network-core'

/** Parts of one registration: 64 of a mebibyte are more containers than a process can hold. */
const maxParts = 64

/** Registrations that come in several messages, until their last has come. */
export class RegistrationParts {
  private readonly started = new Map<ClientUuid, Map<AgentUuid, ContainerRecord[][]>>()

  /** All containers with the last part, else `undefined`. `UNAVAILABLE` when a part before it did not come here. */
  add(client: ClientUuid, { uuid, containers, part = [0, 1] }: RegisterParams): ContainerRecord[] | undefined {
    const [index, count] = part
    if (count < 1 || count > maxParts || index >= count) {
      throw new NetworkError('TOO_LARGE', `Part ${index} of ${count}: a registration has 1 to ${maxParts} parts`)
    }
    const agents = this.started.get(client) ?? new Map<AgentUuid, ContainerRecord[][]>()
    const parts = index === 0 ? [] : (agents.get(uuid) ?? [])
    if (parts.length !== index) {
      throw new NetworkError(
        'UNAVAILABLE',
        `Part ${parts.length} of ${count} of the registration did not come: begin anew`,
        {
          agentId: uuid
        }
      )
    }
    parts.push(containers)
    agents.set(uuid, parts)
    this.started.set(client, agents)
    if (parts.length < count) return undefined
    agents.delete(uuid)
    if (agents.size === 0) this.started.delete(client)
    return parts.flat()
  }

  /** The client is gone. */
  forget(client: ClientUuid): void {
    this.started.delete(client)
  }
}
