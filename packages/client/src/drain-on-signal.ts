// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { constants } from 'node:os'
import {
  checkArray,
  checkFunction,
  checkMethods,
  checkOptions,
  refuseArgument,
  type DrainOptions,
  type DrainResult
} from '@hcengineering/network-core'
import type { DrainableClient } from './create'
import { duration } from './options'

/** Options of {@link drainOnSignal}. */
export interface DrainOnSignalOptions extends DrainOptions {
  /** Default: `SIGTERM`. */
  signals?: readonly NodeJS.Signals[]
  /** Called when the client is closed. Default: nothing, and the process exits by itself when nothing else keeps it. */
  onClosed?: (result: DrainResult) => void
}

/**
 * Lets the process leave the network in good order when it is told to end: the agents of the client drain, then it closes.
 * The logger of the client is told what that waits for. A second signal ends the process as if this were not there.
 *
 * @returns undoes it
 */
export function drainOnSignal(client: DrainableClient, options: DrainOnSignalOptions = {}): () => void {
  checkMethods(client, 'client', ['drain', 'close'])
  const {
    signals = ['SIGTERM'],
    timeoutMs,
    onClosed
  }: DrainOnSignalOptions = checkOptions(options, 'the options of drainOnSignal')
  for (const signal of checkArray(signals, 'signals')) checkSignalName(signal)
  if (onClosed !== undefined) checkFunction(onClosed, 'onClosed')
  if (timeoutMs !== undefined) duration('timeoutMs', timeoutMs)
  const leave = async (): Promise<void> => {
    // It may have been closed before: then there is nothing left to drain
    const drained = client.drain(timeoutMs === undefined ? {} : { timeoutMs })
    const result = await drained.catch((): DrainResult => ({ moved: 0, ended: 0, left: 0 }))
    await client.close()
    onClosed?.(result)
  }
  const onSignal = (): void => {
    for (const signal of signals) process.off(signal, onSignal)
    void leave()
  }
  for (const signal of signals) process.on(signal, onSignal)
  return () => {
    for (const signal of signals) process.off(signal, onSignal)
  }
}

/** Node would wait for ever for one that does not exist, and refuses those that nobody can handle. */
function checkSignalName(signal: NodeJS.Signals): void {
  if (!Object.hasOwn(constants.signals, signal) || signal === 'SIGKILL' || signal === 'SIGSTOP')
    refuseArgument('an element of signals', signal, 'a signal that a process can handle')
}
