// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

export type {
  AgentRemovedEffect,
  ClientRemovedEffect,
  DeactivateEffect,
  EmitEffect,
  EventsEffect,
  GetFailedEffect,
  GetSettledEffect,
  GoneEffect,
  NetworkEffect,
  ProbeEffect,
  ReadyEffect,
  RegisteredEffect,
  RegistrationFailedEffect,
  RestoreEffect,
  StartEffect,
  TerminateEffect
} from './effects'
export { Deadlocks } from './deadlocks'
export { NetworkState } from './network-state'
export type { NetworkStateOptions, TimeoutsByKindMs } from './options'
export { serves } from './queries'
export type {
  ClientOptions,
  ContainerLookup,
  ContainerState,
  GetRequest,
  NetworkStats,
  RestoreRequest
} from './queries'
