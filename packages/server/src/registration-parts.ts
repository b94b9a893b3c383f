// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  limits,
  NetworkError,
  type AgentUuid,
  type ClientUuid,
  type ContainerRecord,
  type RegisterParams
} from '@hcengineering/network-core'

/** Parts of one registration: 64 of a mebibyte are more containers than a process can hold. */
const maxParts = 64

/** Of one part: a page, and what it is wrapped in. */
const maxPartBytes = limits.maxPayloadBytes / 2

/** Registrations that come in several messages, until their last has come. */
export class RegistrationParts {
  private readonly started = new Map<ClientUuid, Map<AgentUuid, ContainerRecord[][]>>()

  /** All containers with the last part, else `undefined`. `UNAVAILABLE` when a part before it did not come here. */
  add(
    client: ClientUuid,
    { uuid, containers, part = [0, 1] }: RegisterParams,
    bytes: number
  ): ContainerRecord[] | undefined {
    const [index, count] = part
    if (count === 1) {
      this.drop(client, uuid)
      return containers
    }
    if (bytes > maxPartBytes) {
      const text = `Part ${index} of ${count} of a registration has ${bytes} bytes; at most ${maxPartBytes} are allowed`
      throw new NetworkError('TOO_LARGE', text, { agentId: uuid })
    }
    if (count < 1 || count > maxParts || index >= count) {
      throw new NetworkError('TOO_LARGE', `Part ${index} of ${count}: a registration has 1 to ${maxParts} parts`)
    }
    const agents = this.started.get(client) ?? new Map<AgentUuid, ContainerRecord[][]>()
    const others = [...agents].reduce((sum, [agent, begun]) => sum + (agent === uuid ? 0 : begun.length), 0)
    if (others + count > maxParts) {
      const text = `${others} parts of other registrations wait for the rest of theirs; at most ${maxParts} may wait`
      throw new NetworkError('OVERLOADED', text, { agentId: uuid })
    }
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
    this.drop(client, uuid)
    return parts.flat()
  }

  private drop(client: ClientUuid, uuid: AgentUuid): void {
    const agents = this.started.get(client)
    agents?.delete(uuid)
    if (agents?.size === 0) this.started.delete(client)
  }

  /** The client is gone. */
  forget(client: ClientUuid): void {
    this.started.delete(client)
  }
}
