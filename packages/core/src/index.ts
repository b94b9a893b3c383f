// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

export type {
  ActivationContext,
  Reminder,
  ReminderKeeper,
  ReminderOptions,
  ReminderOwner,
  Reminders,
  TimerHandler,
  Timers
} from './api/activation'
export type { AgentRecord, AgentRecordInfo, DrainOptions, DrainResult, NetworkAgent, StartContext } from './api/agent'
export type {
  AgentRequestOptions,
  Caller,
  CancelSignal,
  GetCallOptions,
  RequestContext,
  RequestOptions
} from './api/call'
export type {
  CastOptions,
  ConnectionManager,
  ContainerConnection,
  ContainerReference,
  EventGap,
  NetworkClient,
  RequestHandler,
  StreamHandler,
  StreamingMethods
} from './api/client'
export {
  ContainerRecordImpl,
  type Container,
  type ContainerFactories,
  type ContainerFactory,
  type ContainerFactoryResult,
  type ContainerRecord,
  type GetOptions
} from './api/container'
export type {
  ContainerExplanation,
  ContainerHolder,
  ContainerMove,
  ContainerSummary,
  ContainerWaiter,
  CoordinatorDiagnosis,
  DiagnoseOptions,
  FailedGets,
  KeptReminder,
  KindWait,
  LoopLag,
  ProcessDiagnosis,
  TerminateOptions,
  TerminateResult,
  WaitCause
} from './api/diagnosis'
export {
  NetworkEventKind,
  type NetworkAgentEvent,
  type NetworkContainerEvent,
  type NetworkEvent,
  type NetworkUpdateListener
} from './api/events'
export type {
  AgentEndpointRef,
  AgentUuid,
  ClientUuid,
  ContainerEndpointRef,
  ContainerKind,
  ContainerUuid
} from './api/identifiers'
export { silentLogger, type LogFields, type Logger } from './api/logger'
export type { Network, NetworkWithClients } from './api/network'
export {
  placementPolicies,
  type AgentCapacity,
  type AgentLoad,
  type GetPlacement,
  type KindPlacement,
  type PlacementPolicy,
  type RebalancingOptions
} from './api/placement'
export type { StreamContext, StreamOpening, StreamOptions, StreamPeer } from './api/stream'
export type { NotYet, PreTermination, RetireOptions, RetireOutcome, TerminateContext } from './api/termination'
export type { TickHandler, TickManager } from './api/time'
export { compareTokens, type ActivationToken } from './api/token'
export type {
  CallChain,
  CallHop,
  ContainerWaits,
  Deadlock,
  RunningTurn,
  Turns,
  WaitingCall,
  WaitReport,
  WaitVerdict
} from './api/turns'
export {
  EndpointKind,
  agentDirectRef,
  agentNoConnectRef,
  composeCID,
  containerDirectRef,
  containerOnAgentEndpointRef,
  containerUuid,
  parseEndpointRef,
  tryParseEndpointRef,
  type EndpointRefData
} from './endpoint'
export {
  NetworkError,
  errorCodes,
  messageOf,
  retryableCodes,
  type ErrorCode,
  type ErrorPayload,
  type NetworkErrorDetails
} from './errors'
export { plainReminderData } from './extra'
export { checkArray, checkFunction, checkMethods, checkObject, checkOptions, refuseArgument } from './arguments'
export { checkGetOptions, checkLabels, checkName } from './labels'
export { limits } from './limits'
export {
  agentRecordOf,
  opNames,
  requestName,
  type AgentOperations,
  type ConnectionOperations,
  type CoordinatorOperations,
  type GetParams,
  type GetResult,
  type HoldParams,
  type ListPage,
  type ListParams,
  type OperationName,
  type RegisterParams,
  type LeaseNotice,
  type RelayGap,
  type RemindersParams
} from './operations'
export { pagesOf, splitNetworkEvent, takePage } from './paging'
export { onAbort } from './runtime/abort-listeners'
export { accepted } from './runtime/accepted'
export { AgentImpl } from './runtime/agent'
export { withEnding } from './runtime/agent-record'
export { toCaller } from './runtime/caller-stack'
export { currentChain, outsideCalls } from './runtime/call-scope'
export type { AgentOptions, AgentTimeouts, Ownership } from './runtime/agent-options'
export { bounded } from './runtime/bounded'
export { DeadlineTimer } from './runtime/deadline-timer'
export { Deadlines } from './runtime/deadlines'
export { checkFactories } from './runtime/factories'
export { groupByArray } from './runtime/group-by-array'
export { diagnoseProcess } from './runtime/process-diagnosis'
export {
  createProxy,
  createProxyHandler,
  handleProxyCall,
  handleProxyStream,
  type ServiceImplementation
} from './runtime/proxy'
export { schedule } from './runtime/schedule'
export { ServedStream, type ServedStreamParts } from './runtime/served-stream'
export { StreamReader } from './runtime/stream-reader'
export { StreamWriter, type StreamSource } from './runtime/stream-writer'
export { TickManagerImpl } from './runtime/tick-manager'
export { Bag, type Bagged } from './state/bag'
export { DeadlineQueue } from './state/deadline-queue'
export { reasonOf } from './state/reason'
export { LazyDeadlines, type Expiring } from './state/lazy-deadlines'
export { Liveness } from './state/liveness'
export { FakeTickManager } from './testing/fake-tick-manager'
export { defaultTimeoutsMs, timeouts } from './timeouts'
export { readValue, Unread } from './unread'
export {
  readAgentParams,
  readConnected,
  readConnectionParams,
  readContainerRecord,
  readCoordinatorParams,
  readHold,
  readRegistered,
  readRetireOutcome,
  readWaitVerdict
} from './validators'
export { version } from './version'
export { NetworkImpl } from './runtime/network'
export type { AgentProbe, GiveUpWriter, NetworkHooks, RelayGapListener } from './runtime/network-hooks'
export type { AcquireOptions } from './runtime/network-kernel'
export type { NetworkOptions, NetworkTimeouts } from './runtime/network-options'
export type { NetworkRun } from './runtime/network-run'
export type { OperatorService } from './runtime/operator-service'
export type { RelayedConnections } from './runtime/relayed-connections'
export type { RelayedStreams } from './runtime/relayed-streams'
export { checkLogger, checkTickManager } from './runtime/collaborators'
export { checkPlacement, type PlacementOptions } from './runtime/placement-options'
export type { Broadcast } from './runtime/client-link'
export type { ClientOptions, ContainerLookup, ContainerState, NetworkStats } from './state'
