// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerEndpointRef, ContainerKind, ContainerUuid } from '../api/identifiers'
import type { NewContainer } from './container-table'
import type { ContainerState } from './queries'
import { none, type ContainerRow } from './rows'
import { formOf, sharedText, type EndpointForm } from './shared-texts'

/** A row as the container table keeps it: little memory, since there are many. */
export class StoredRow implements ContainerRow {
  readonly kind: ContainerKind
  uuid: ContainerUuid | undefined
  state: ContainerState
  labels: readonly string[] | undefined
  extra: unknown
  expectedAgentId: ContainerRow['expectedAgentId']
  pinned: ContainerRow['pinned']
  since: number
  agentId: ContainerRow['agentId'] = undefined
  servedBy: ContainerRow['servedBy'] = undefined
  servedToken: ContainerRow['servedToken'] = undefined
  token: ContainerRow['token'] = undefined
  lastVisit = 0
  leasedUntil = 0
  givenUp: ContainerRow['givenUp'] = undefined
  healthy = true
  stateless = false
  managed = false
  announced = false
  startId: ContainerRow['startId'] = undefined
  activating: ContainerRow['activating'] = undefined
  terminationId: ContainerRow['terminationId'] = undefined
  final = false
  preTermination: ContainerRow['preTermination'] = undefined
  leaving = false
  destination: ContainerRow['destination'] = undefined
  carried: unknown = undefined
  standbys: ContainerRow['standbys'] = none.standbys
  waiters: ContainerRow['waiters'] = none.waiters
  holders: ContainerRow['holders'] = none.holders
  trouble: ContainerRow['trouble'] = undefined
  /** Most are the agent's with the uuid in them: a text for each would be a fifth of all memory. */
  private place: EndpointForm | ContainerEndpointRef | undefined = undefined

  constructor(given: NewContainer, since: number) {
    this.kind = sharedText(given.kind)
    this.uuid = given.uuid
    this.state = given.state
    this.labels = given.labels
    this.extra = given.extra
    this.expectedAgentId = given.expectedAgentId
    this.pinned = given.pinned
    this.since = since
  }

  get endpoint(): ContainerEndpointRef | undefined {
    const { place, uuid } = this
    return typeof place === 'object' ? (`${place.before}${uuid}${place.after}` as ContainerEndpointRef) : place
  }

  set endpoint(endpoint: ContainerEndpointRef | undefined) {
    const { uuid } = this
    this.place = endpoint === undefined || uuid === undefined ? endpoint : (formOf(endpoint, uuid) ?? endpoint)
  }
}
