// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

export { containerOnAgentEndpointRef, opNames } from '@hcengineering/network-core'
export { NetworkAgentServer, type AgentServerOptions, type ServableAgent } from './agent-server'
export {
  createAgent,
  createNetworkClient,
  type ClientWithAgents,
  type DrainableClient,
  type OperatorClient,
  type StatelessContainerConfig,
  type ServeAgentOptions,
  type StatelessContainersFactory
} from './create'
export type { DisposableConnection, DisposableReference } from './disposable'
export { drainOnSignal, type DrainOnSignalOptions } from './drain-on-signal'
export { shutdownNetworkTickMgr } from './internal-ticks'
export { NetworkClientImpl } from './network-client'
export type { NetworkOperator } from './operator-calls'
export type { NetworkClientOptions } from './options'
export type { HeldContainer, Location } from './state/reference-book'
