// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  EndpointKind,
  tryParseEndpointRef,
  type AgentEndpointRef,
  type AgentUuid,
  type ContainerEndpointRef
} from '@hcengineering/network-core'
import { formatAddress, type Address } from './address'

/**
 * How a connection runs: `own`, to the server of the container itself; `agent`, to its agent's server; `relay`, through
 * the coordinator; `local`, by a call, the agent being one of this process.
 */
export type Route =
  | { readonly via: 'own'; readonly address: Address }
  | { readonly via: 'agent'; readonly address: Address }
  | { readonly via: 'relay' }
  | { readonly via: 'local'; readonly agentId: AgentUuid }

/** What a container's endpoint alone says of the way: an opaque one, that its agent's own is to be used. */
export type EndpointHint = Route | { readonly via: 'ask-agent' }

/** Reads a container's endpoint. */
export function hintOf(endpoint: ContainerEndpointRef): EndpointHint {
  const data = tryParseEndpointRef(endpoint)
  if (data === undefined) return { via: 'ask-agent' }
  const address = { host: data.host, port: data.port }
  switch (data.kind) {
    case EndpointKind.direct:
      return { via: data.uuid === undefined ? 'agent' : 'own', address }
    case EndpointKind.routed:
      return { via: 'agent', address }
    default:
      return { via: 'relay' }
  }
}

/** The way to a container whose own endpoint says nothing: the server of its agent, where it has one. */
export function agentRoute(agentEndpoint: AgentEndpointRef | undefined): Route {
  const data = tryParseEndpointRef(agentEndpoint)
  if (data === undefined || data.kind === EndpointKind.noconnect) return { via: 'relay' }
  return { via: 'agent', address: { host: data.host, port: data.port } }
}

/** Two routes with one key share one line. */
export function routeKey(route: Route): string {
  if (route.via === 'relay') return 'relay'
  return `${route.via} ${route.via === 'local' ? route.agentId : formatAddress(route.address)}`
}
