// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

export { BackRPCClient } from './rpc-client'
export { BackRPCServer } from './rpc-server'
export type {
  BackRPCCaller,
  BackRPCClientHandler,
  BackRPCClientOptions,
  BackRPCOptions,
  BackRPCRequestOptions,
  BackRPCResponseSend,
  BackRPCSendOptions,
  BackRPCServerHandler,
  BackRPCServerOptions,
  BackRPCServerStats,
  BackRPCSessionInfo,
  BackRPCStreamCall,
  ClientId
} from './rpc-types'
export type { HelloInfo } from './session/server-effects'
export type { CallContext } from './runtime/call-context'
export { unsentAnswer } from './session/answers'
export { defaultSessionLimits, type SessionLimits } from './session/session-limits'
export { MemoryNetwork, type MemoryNetworkOptions } from './transport/memory'
export type {
  ClientTransport,
  ClientTransportHandlers,
  ConnectOptions,
  Frames,
  ListenOptions,
  PeerAddress,
  SendResult,
  ServerTransport,
  ServerTransportHandlers,
  Transport
} from './transport/transport'
export type { TransportName } from './transport/choice'
export { ZeromqTransport, type ZeromqTransportOptions } from './transport/zeromq'
export { ZmtpTransport, type ZmtpTransportOptions } from './transport/zmtp'
export { backrpcOperations, type BackRPCOperation } from './wire/operations'
export { parseJSON, stringifyJSON } from './wire/payload'
export { cloneAnswer, cloneValue } from './wire/values'
export type { ZmtpRule } from './wire/zmtp-violation'
