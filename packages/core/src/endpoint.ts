// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { randomUUID } from 'node:crypto'
import type { AgentEndpointRef, AgentUuid, ContainerEndpointRef, ContainerUuid } from './api/identifiers'
import { NetworkError } from './errors'
import { isName } from './labels'

/** How a container or agent is reached. */
export enum EndpointKind {
  /** A container, through the server of its agent. */
  routed = 0,
  /** An agent's server, or a container that is its own server. */
  direct = 1,
  /** Not at all from outside: the coordinator relays. */
  noconnect = 2
}

/** What an endpoint reference says. */
export interface EndpointRefData {
  kind: EndpointKind
  /** Of the agent's server; '' where it cannot be reached. */
  host: string
  /** Of the agent's server; 0 where it cannot be reached. */
  port: number
  agentId: AgentUuid
  /** The container; absent from an agent's own reference. */
  uuid?: ContainerUuid
}

/** Longest reference that is looked into: four names of 256 bytes, escaped, fit. A longer one is opaque. */
const maxReferenceLength = 4096
/** Longest name DNS knows. */
const maxHostLength = 255
const maxPort = 65535

/** A new random name for a container. */
export function containerUuid(): ContainerUuid {
  return randomUUID() as ContainerUuid
}

/** The name of a container that stands for something with an id of its own: `prefix_id`. */
export function composeCID(prefix: string, id: string): ContainerUuid {
  return `${prefix}_${id}` as ContainerUuid
}

/** Reference of an agent whose server listens there. */
export function agentDirectRef(host: string, port: number, agent: AgentUuid): AgentEndpointRef {
  checkAddress(host, port)
  return JSON.stringify({ host, port, kind: EndpointKind.direct, agentId: agent }) as AgentEndpointRef
}

/** Reference of an agent that has no server. */
export function agentNoConnectRef(agent: AgentUuid): AgentEndpointRef {
  return JSON.stringify({ host: '', port: 0, kind: EndpointKind.noconnect, agentId: agent }) as AgentEndpointRef
}

/** References up to the uuid, of as many agents: those of an agent's containers differ in their end only. */
const maxBeginnings = 64
const beginnings = new Map<AgentEndpointRef, string>()

/** Reference of a container behind its agent's; as unreachable as that is. `INVALID_ARGUMENT` for an opaque one. */
export function containerOnAgentEndpointRef(
  agentEndpoint: AgentEndpointRef,
  uuid: ContainerUuid
): ContainerEndpointRef {
  const known = beginnings.get(agentEndpoint)
  if (known !== undefined && typeof uuid === 'string') return `${known}${JSON.stringify(uuid)}}` as ContainerEndpointRef
  const { kind, host, port, agentId } = parseEndpointRef(agentEndpoint)
  const reference = containerRef(
    kind === EndpointKind.noconnect ? kind : EndpointKind.routed,
    host,
    port,
    agentId,
    uuid
  )
  if (beginnings.size >= maxBeginnings) beginnings.clear()
  // The uuid is last
  if (typeof uuid === 'string') beginnings.set(agentEndpoint, reference.slice(0, -1 - JSON.stringify(uuid).length))
  return reference
}

/** Reference of a container that is its own server. */
export function containerDirectRef(
  host: string,
  port: number,
  uuid: ContainerUuid,
  agent: AgentUuid
): ContainerEndpointRef {
  checkAddress(host, port)
  return containerRef(EndpointKind.direct, host, port, agent, uuid)
}

/** What the reference says; `INVALID_ARGUMENT` for one that says nothing to us. */
export function parseEndpointRef(ref: ContainerEndpointRef | AgentEndpointRef): EndpointRefData {
  const data = tryParseEndpointRef(ref)
  if (data !== undefined) return data
  const hint = ref === undefined ? '; an agent has one when its server has been started: await server.start(agent)' : ''
  const text = `Not an endpoint reference of ours: '${String(ref).slice(0, 64)}'${hint}`
  throw new NetworkError('INVALID_ARGUMENT', text)
}

/** {@link parseEndpointRef} with `undefined` for an opaque reference, as factories may return. */
export function tryParseEndpointRef(ref: unknown): EndpointRefData | undefined {
  if (typeof ref !== 'string' || !ref.startsWith('{') || ref.length > maxReferenceLength) return undefined
  let value: Record<string, unknown>
  try {
    value = JSON.parse(ref) as Record<string, unknown>
  } catch {
    return undefined
  }
  const { kind, host, port, agentId, uuid } = value
  if (kind !== EndpointKind.routed && kind !== EndpointKind.direct && kind !== EndpointKind.noconnect) return undefined
  if (kind !== EndpointKind.noconnect && !isAddress(host, port)) return undefined
  if (!isName(agentId) || !(uuid === undefined || uuid === null || isName(uuid))) return undefined
  return {
    kind,
    host: typeof host === 'string' ? host : '',
    port: typeof port === 'number' ? port : 0,
    agentId: agentId as AgentUuid,
    ...(isName(uuid) ? { uuid: uuid as ContainerUuid } : {})
  }
}

/** The order of the keys is that of 0.7, where some compare references as text. */
function containerRef(
  kind: EndpointKind,
  host: string,
  port: number,
  agentId: AgentUuid,
  uuid: ContainerUuid
): ContainerEndpointRef {
  return JSON.stringify({ kind, host, port, agentId, uuid }) as ContainerEndpointRef
}

function checkAddress(host: string, port: number): void {
  if (isAddress(host, port)) return
  throw new NetworkError(
    'INVALID_ARGUMENT',
    `An endpoint needs a host of 1 to ${maxHostLength} characters and a port from 1 to ${maxPort}, got '${String(host).slice(0, 64)}' and ${String(port).slice(0, 64)}`
  )
}

function isAddress(host: unknown, port: unknown): boolean {
  const hostFits = typeof host === 'string' && host.length > 0 && host.length <= maxHostLength
  return hostFits && Number.isInteger(port) && (port as number) > 0 && (port as number) <= maxPort
}
