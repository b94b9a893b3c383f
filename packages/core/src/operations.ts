// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Reminder, ReminderOptions, ReminderOwner } from './api/activation'
import type { AgentRecord, AgentRecordInfo, DrainOptions, DrainResult, StartContext } from './api/agent'
import type { ContainerRecord, GetOptions } from './api/container'
import type {
  ContainerExplanation,
  ContainerSummary,
  CoordinatorDiagnosis,
  DiagnoseOptions,
  KeptReminder,
  ProcessDiagnosis,
  TerminateOptions,
  TerminateResult
} from './api/diagnosis'
import type { NetworkContainerEvent, NetworkEvent } from './api/events'
import type {
  AgentEndpointRef,
  AgentUuid,
  ClientUuid,
  ContainerEndpointRef,
  ContainerKind,
  ContainerUuid
} from './api/identifiers'
import type { AgentCapacity } from './api/placement'
import type { RetireOptions, RetireOutcome } from './api/termination'
import type { ActivationToken } from './api/token'
import type { WaitReport, WaitVerdict } from './api/turns'

/** Names of the remote operations on the wire; the same two letters mean one thing in every direction. */
export const opNames = {
  registerAgent: 'ar',
  unregisterAgent: 'au',
  listAgents: 'al',
  listKinds: 'ak',
  listContainers: 'cl',
  getContainer: 'gg',
  releaseContainer: 'cr',
  sendContainer: 'cs',
  terminateContainer: 'ct',
  connectContainer: 'cc',
  disconnectContainer: 'cd',
  /** Ours: an agent's container events to the coordinator. */
  containerUpdate: 'cu',
  /** Ours: a stateless container becomes standby. */
  deactivateContainer: 'cx',
  /** Ours: a container that could not end yet is wanted again. */
  restoreContainer: 'ca',
  /** Ours: nobody waits for a get any more. */
  cancelGet: 'gx',
  /** Ours: a container sets a reminder. */
  setReminder: 'rs',
  /** Ours: a container takes one back. */
  cancelReminder: 'rc',
  /** Ours: a container asks which it has. */
  listReminders: 'rl',
  /** Ours: a reminder of a container is due. */
  remindContainer: 'rd',
  /** Ours: the coordinator is about to go, and wants to be asked nothing more. */
  holdRequests: 'nh',
  /** Ours: what has waited long for its turn on an agent. */
  turnWaits: 'cw',
  /** Ours: a client wants the events of the whole network from now on. */
  watchNetwork: 'nw',
  /** Ours, for operators: all that is known of one container. */
  explainContainer: 'ex',
  /** Ours, for operators: the containers that are not served. */
  listUnserved: 'lu',
  /** Ours, for operators: the reminders of all containers. */
  listAllReminders: 'lr',
  /** Ours, for operators: a reminder of any container is taken back. */
  dropReminder: 'xr',
  /** Ours, for operators: an agent is to be given nothing new, and to lose what it has. */
  drainAgent: 'ad',
  /** Ours, for operators: facts about a process. */
  diagnose: 'di'
} as const

/** One of the values of {@link opNames}. */
export type OperationName = (typeof opNames)[keyof typeof opNames]

/** What an agent is registered with; `part` is ours. */
export interface RegisterParams {
  uuid: AgentUuid
  containers: ContainerRecord[]
  kinds: ContainerKind[]
  endpoint?: AgentEndpointRef
  /** `[index, count]`: more containers than fit one message come in several, of which the last registers them all. */
  part?: [number, number]
  /** It is to be given nothing new, and to lose what it has. */
  draining?: boolean
  /** How many containers it takes. */
  capacity?: AgentCapacity
  /** The `token` of the last answer to a registration of it that was heard. */
  settled?: ActivationToken
}

/** The answer to the registration of an agent of ours. */
export interface Registered {
  /** These are not its own any more: it must end them. */
  terminate: ContainerUuid[]
  /** The last token until now. */
  token: ActivationToken
}

/** What is listed; `page` is ours. */
export interface ListParams {
  /** Only these; absent or null: all. */
  kind?: ContainerKind | null
  /** `''` asks for the first page, the `next` of a page for the one after it; absent, for all in one message. */
  page?: string
}

/** Part of a list, as it was when its first page was asked for. */
export interface ListPage<T> {
  /** At least one, unless the list has none. */
  records: T[]
  /** Absent from the last. */
  next?: string
}

/** What a client of ours adds to a get; 0.7 sends `kind` and `request` only. */
export interface GetParams {
  kind: ContainerKind
  request: GetOptions
  /** The coordinator answers within this, in milliseconds. */
  timeoutMs?: number
  /** The client held this uuid, last seen on that agent ('' if unknown): re-established after a fresh session. */
  restore?: AgentUuid | ''
  /** A number of the client's own, by which `gx` names it. */
  ask?: number
}

/**
 * The answer to a get. What follows the endpoint is ours: the agent's own endpoint, needed when the container's is opaque,
 * the agent, and the activation, which agents of 0.7 have none of. An empty endpoint without an agent: a hold that was
 * re-established is counted, and nobody can serve the container now.
 */
export type GetResult = [ContainerUuid, ContainerEndpointRef, (AgentEndpointRef | null)?, AgentUuid?, ActivationToken?]

/** Events that were lost between an agent and the coordinator which relays them; rides in a network event's `gaps`. */
export interface RelayGap {
  uuid: ContainerUuid
  /** For people. */
  reason: string
}

/** For how long agents may serve while the coordinator is away; rides in a network event that says nothing else. */
export interface LeaseNotice extends NetworkEvent {
  /** From when it was sent, in milliseconds. */
  leaseMs: number
}

/** What a coordinator that is about to go wants of a client. */
export interface HoldParams {
  /** For how long it is to be asked nothing, in milliseconds. */
  withinMs: number
  /** Not while the client answers a request of the coordinator, or while its containers are at any request. Absent: in any case. */
  unless?: 'asked' | 'busy'
}

/** Which container of which agent asks for its reminders. */
export interface RemindersParams extends ReminderOwner {
  agent: AgentUuid
}

/** Client → coordinator: parameters and result of each operation. */
export interface CoordinatorOperations {
  /** 0.7 is answered with the uuids only, and so is a part before the last. */
  ar: { params: RegisterParams; result: ContainerUuid[] | Registered }
  au: { params: { uuid: AgentUuid }; result: unknown }
  al: { params: unknown; result: AgentRecordInfo[] }
  ak: { params: unknown; result: ContainerKind[] }
  cl: { params: ListParams; result: ContainerRecord[] | ListPage<ContainerRecord> }
  gg: { params: GetParams; result: GetResult }
  gx: { params: { ask: number }; result: unknown }
  cr: { params: { uuid: ContainerUuid }; result: unknown }
  /** The fourth element is ours: how long the caller waits. */
  cs: { params: [ContainerUuid, string, unknown, { timeoutMs?: number }?]; result: unknown }
  cc: { params: { uuid: ContainerUuid }; result: unknown }
  cd: { params: { uuid: ContainerUuid }; result: unknown }
  cu: { params: { uuid: AgentUuid; containers: NetworkContainerEvent[] }; result: unknown }
  cw: { params: WaitReport & { uuid: AgentUuid }; result: WaitVerdict }
  nw: { params: unknown; result: unknown }
  ex: { params: { uuid: ContainerUuid }; result: ContainerExplanation }
  lu: { params: ListParams; result: ListPage<ContainerSummary> }
  lr: { params: ListParams; result: ListPage<KeptReminder> }
  xr: { params: { uuid: ContainerUuid; name: string }; result: boolean }
  ct: { params: { uuid: ContainerUuid } & TerminateOptions; result: TerminateResult }
  ad: { params: { uuid: AgentUuid; timeoutMs?: number }; result: DrainResult }
  di: { params: DiagnoseOptions; result: ProcessDiagnosis | CoordinatorDiagnosis }
  rs: { params: RemindersParams & ReminderOptions & { name: string }; result: unknown }
  rc: { params: RemindersParams & { name: string }; result: boolean }
  rl: { params: RemindersParams; result: Reminder[] }
}

/**
 * Coordinator → agent: what rides in `[agentUuid, args]`. The last elements in brackets are ours; 0.7 agents ignore them.
 * In protocol 2 `cs` has a route instead: `[agentUuid, uuid, operation, clientId]`, '' where nobody is known to ask, and
 * then the data.
 */
export interface AgentOperations {
  gg: {
    params: [ContainerKind, GetOptions, StartContext?]
    result: [ContainerUuid, ContainerEndpointRef]
  }
  cl: { params: [(ContainerKind | null)?]; result: ContainerRecord[] }
  cs: { params: [ContainerUuid, string, unknown, ClientUuid?]; result: unknown }
  /** An agent of ours answers with the outcome, where it has something to say. */
  ct: { params: [ContainerUuid, RetireOptions?]; result: RetireOutcome | string }
  ca: { params: [ContainerUuid]; result: unknown }
  cc: { params: [ContainerUuid, ClientUuid]; result: unknown }
  cd: { params: [ContainerUuid, ClientUuid]; result: unknown }
  cx: { params: [ContainerUuid, ActivationToken?]; result: unknown }
  ad: { params: [DrainOptions]; result: DrainResult }
  di: { params: [{ sampleMs?: number }]; result: ProcessDiagnosis }
  rd: { params: [ContainerUuid, Reminder]; result: unknown }
}

/** Client → agent server: direct connections. */
export interface ConnectionOperations {
  /** Answers with the activation that was connected; what has none says `ok`, as 0.7 does. */
  cc: { params: { uuid: ContainerUuid }; result: { token: ActivationToken } | 'ok' }
  /** With the token of a later activation, where the container has moved there: this one has been replaced. */
  cd: { params: { uuid: ContainerUuid; token?: ActivationToken }; result: unknown }
  cs: { params: [ContainerUuid, string, unknown]; result: unknown }
}

/** `ar` on the wire names its agent `uuid`, as 0.7 does. */
export function agentRecordOf(params: CoordinatorOperations['ar']['params']): AgentRecord {
  const { uuid, containers, kinds, endpoint, draining, capacity, settled } = params
  return {
    agentId: uuid,
    containers,
    kinds,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(draining === true ? { draining } : {}),
    ...(capacity === undefined ? {} : { capacity }),
    ...(settled === undefined ? {} : { settled })
  }
}

/** A request to a container, as errors name it. */
export function requestName(uuid: ContainerUuid, operation: string): string {
  return `request '${operation}' to container ${uuid}`
}
