// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { SessionLimits, Transport, TransportName } from '@hcengineering/network-backrpc'
import {
  checkFunction,
  checkLogger,
  checkMethods,
  checkObject,
  refuseArgument,
  type Logger
} from '@hcengineering/network-core'
import type { LeaseLedger } from './lease-ledger'
import type { ReminderStore } from './reminder-store'
import type { probePort } from './transport/port-probe'

/** Options of `NetworkServer`. */
export interface NetworkServerOptions {
  /** Default: silent. */
  logger?: Logger
  /** Default: `zmtp`, the protocol of ZeroMQ over sockets of Node; `zeromq` is its native binding. */
  transport?: Transport | TransportName
  /** What one peer may send and ask for; the defaults are `defaultSessionLimits`. */
  limits?: Partial<SessionLimits>
  /** The newest protocol that is spoken. Default 2; with 0.7 peers it is always 1. */
  protocol?: 1 | 2
  /** How long `close()` waits for the requests that are being answered, in milliseconds. Default 500. */
  drainTimeoutMs?: number
  /** Where epochs and leases outlive this process. Default: nowhere; agents that stay away while it restarts may then go on serving what is started elsewhere. */
  ledger?: LeaseLedger
  /** Where reminders outlive this process. Default: nowhere; containers that set one are refused. */
  reminders?: ReminderStore
  /** Longest time between two deliveries of a reminder that fail, in milliseconds. Default 300 000. */
  reminderRetryMaxMs?: number
  /** Finds out whether anybody listens at an agent's endpoint. Default: a TCP connection; networks of memory bring their own. */
  probePort?: typeof probePort
}

/** Throws `INVALID_ARGUMENT`, naming what cannot be meant; what the socket is given is its own to refuse. */
export function checkServerOptions(options: NetworkServerOptions): void {
  const { logger, limits, drainTimeoutMs, ledger, reminders } = checkObject(options, 'the options of a server')
  checkLogger(logger)
  if (limits !== undefined) checkObject(limits, 'limits')
  checkMs('drainTimeoutMs', drainTimeoutMs)
  checkMs('reminderRetryMaxMs', options.reminderRetryMaxMs)
  if (ledger !== undefined) checkMethods(ledger, 'ledger', ['write'])
  if (reminders !== undefined) checkMethods(reminders, 'reminders', ['write'])
  if (options.probePort !== undefined) checkFunction(options.probePort, 'probePort')
}

function checkMs(name: string, value: number | undefined): void {
  if (value !== undefined && !(typeof value === 'number' && value >= 0))
    refuseArgument(name, value, 'a number of milliseconds, 0 or more')
}

/** Throws `INVALID_ARGUMENT` for what cannot be the path of a file. */
export function checkPath(path: string): string {
  return typeof path === 'string' && path !== '' ? path : refuseArgument('path', path, 'the path of a file')
}
