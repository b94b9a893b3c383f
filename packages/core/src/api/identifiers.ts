// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Name of one container in the whole network; at most {@link limits.maxNameBytes} bytes of UTF-8. */
export type ContainerUuid = string & { __containerUuid: true }

/** What a container is: the key of its factory; at most {@link limits.maxNameBytes} bytes of UTF-8. */
export type ContainerKind = string & { __containerKind: true }

/** Name of an agent: a process that hosts containers. */
export type AgentUuid = string & { __agentUuid: true }

/** Name of a client: a process, or a part of one, that asks for containers. */
export type ClientUuid = string & { __clientUuid: true }

/** How to reach a container. Opaque to users: see `endpoint.ts`; a factory may return any string. */
export type ContainerEndpointRef = string & { __containerEndpointRef: true }

/** How to reach an agent. Opaque to users: see `endpoint.ts`. */
export type AgentEndpointRef = string & { __agentEndpointRef: true }
