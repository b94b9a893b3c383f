// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentUuid, ContainerEndpointRef, ContainerKind, ContainerUuid } from '../../api/identifiers'
import { agentDirectRef, containerOnAgentEndpointRef } from '../../endpoint'
import type { ContainerRow } from '../rows'
import { StoredRow } from '../stored-row'

function rowOf(uuid: string | undefined): ContainerRow {
  return new StoredRow({ kind: 'k' as ContainerKind, uuid: uuid as ContainerUuid | undefined, state: 'starting' }, 0)
}

describe('the endpoint of a row', () => {
  it.each([
    ['of its agent', containerOnAgentEndpointRef(agentDirectRef('h', 3738, 'a' as AgentUuid), 'u' as ContainerUuid)],
    ['that is the uuid', 'u'],
    ['with the uuid in it twice', 'u/u'],
    ['with the uuid first', 'u!'],
    ['without the uuid', 'somewhere'],
    ['that is empty', '']
  ])('is answered as it was said: one %s', (_which, said) => {
    const row = rowOf('u')
    row.endpoint = said as ContainerEndpointRef
    expect(row.endpoint).toBe(said)
    row.endpoint = undefined
    expect(row.endpoint).toBeUndefined()
  })

  it('is kept for a container that has no uuid yet', () => {
    const row = rowOf(undefined)
    Object.assign(row, { endpoint: 'at u', uuid: 'u' })
    expect(row.endpoint).toBe('at u')
  })

  it('is that of each, of however many agents', () => {
    const rows = Array.from({ length: 3_000 }, (_, n) => {
      const row = rowOf(`uuid-${n}`)
      row.endpoint = `agent ${n % 1_500}: uuid-${n}` as ContainerEndpointRef
      return row
    })
    expect(rows.map(({ endpoint }) => endpoint)).toEqual(rows.map((_, n) => `agent ${n % 1_500}: uuid-${n}`))
  })
})
