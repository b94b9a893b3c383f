// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  compareTokens,
  NetworkEventKind,
  type AgentRecord,
  type ClientUuid,
  type ContainerRecord,
  type NetworkContainerEvent
} from '@hcengineering/network-core'

interface Arrival {
  readonly client: ClientUuid
  readonly record: AgentRecord
  /** What its agent has told of its containers since. */
  readonly told: NetworkContainerEvent[]
}

/**
 * Registrations that wait, for the disk or for the end of another owner, while their agents go on: what an agent says after
 * its list is true, and the list is not.
 */
export class Arrivals {
  private readonly waiting = new Set<Arrival>()

  /**
   * Runs what registers that record: meanwhile its list is kept true.
   *
   * @param run is given what the agent tells meanwhile: the list may have been taken in before, and the agent not be known yet
   */
  async during<T>(
    client: ClientUuid,
    record: AgentRecord,
    run: (told: readonly NetworkContainerEvent[]) => Promise<T>
  ): Promise<T> {
    const arrival: Arrival = { client, record, told: [] }
    this.waiting.add(arrival)
    try {
      return await run(arrival.told)
    } finally {
      this.waiting.delete(arrival)
    }
  }

  /** How many of that agent are by that client. */
  count(client: ClientUuid, agentId: AgentRecord['agentId']): number {
    let count = 0
    for (const arrival of this.waiting) {
      if (arrival.client === client && arrival.record.agentId === agentId) count++
    }
    return count
  }

  /** That client's agent tells of its containers: what has ended is on its list no more, what has changed is as it says now. */
  told(client: ClientUuid, agentId: AgentRecord['agentId'], events: readonly NetworkContainerEvent[]): void {
    for (const arrival of this.waiting) {
      const { record } = arrival
      if (arrival.client !== client || record.agentId !== agentId) continue
      const isPast = ({ uuid, token }: ContainerRecord): boolean =>
        record.containers.some((listed) => listed.uuid === uuid && compareTokens(listed.token, token) > 0)
      arrival.told.push(...events.filter(({ container }) => !isPast(container)))
      const left = record.containers.flatMap((listed) => {
        const said = events.filter(({ container }) => speaksOf(container, listed))
        if (said.some(({ event }) => event === NetworkEventKind.removed)) return []
        return listed.ends === true ? listed : (said.at(-1)?.container ?? listed)
      })
      record.containers.splice(0, Infinity, ...left)
    }
  }
}

function speaksOf(container: ContainerRecord, listed: ContainerRecord): boolean {
  return container.uuid === listed.uuid && compareTokens(listed.token, container.token) <= 0
}
