// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// The only file that touches the process: its environment, arguments, output, signals and exit.

import { setTimeout } from 'node:timers/promises'

import { messageOf, NetworkError, type Logger } from '@hcengineering/network-core'

import { readConfig, type PodConfig } from './config'
import { checkHealth } from './health'
import { createJsonLogger } from './log'
import { goodbyeMs, startPod } from './pod'
import type { LogLevel } from './variables'

/** What a shell reports of a process ended by that signal: 128 and its number. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const

const loggerAt = (level: LogLevel): Logger =>
  createJsonLogger(
    level,
    (line) => {
      process.stdout.write(`${line}\n`)
    },
    () => new Date()
  )

/** Ends the process at once: sockets of a native library may otherwise hold it open. */
function exit(code: number): never {
  process.exit(code)
}

/**
 * The same, on a signal, although a disk does not answer: exit() would wait for that. Then the signal itself ends the process, as if
 * nobody had listened to it; but for the first process of a machine, whom its own signals don't end.
 */
function exitOn(signal: NodeJS.Signals, code: number): never {
  if (process.getActiveResourcesInfo().includes('FSReqPromise')) {
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  }
  return exit(code)
}

/** The configuration, or the end of the process with every reason logged. */
function configure(): PodConfig {
  const result = readConfig(process.env)
  if (result.ok) {
    const logger = loggerAt(result.config.logLevel)
    for (const warning of result.warnings) logger.warn(warning)
    return result.config
  }
  const logger = loggerAt('error')
  for (const { message, variable, value } of result.refusals) logger.error(message, { variable, value })
  return exit(1)
}

async function health(): Promise<void> {
  const { host, port } = configure()
  try {
    await checkHealth({ host, port }, `health-${process.pid}`)
  } catch (error) {
    loggerAt('error').error(`Unhealthy: ${messageOf(error)}`)
    exit(1)
  }
  exit(0)
}

async function run(): Promise<void> {
  const config = configure()
  const logger = loggerAt(config.logLevel)
  process.on('uncaughtException', (error, origin) => {
    logger.error(`Unhandled error: ${messageOf(error)}`, { origin, error })
    exit(1)
  })
  const starting = startPod(config, logger)

  let ending = false
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    logger.info(`${signal}: draining`, { drainTimeoutMs: config.drainTimeoutMs })
    try {
      const pod = await Promise.race([starting, setTimeout(config.drainTimeoutMs + goodbyeMs)])
      const result = await pod?.close()
      if (result === 'closed') logger.info('Stopped')
      else logger.warn(`Stopped before the ${pod === undefined ? 'start' : 'drain'} had ended`)
    } catch (error) {
      logger.error(`Stopped, but not in good order: ${messageOf(error)}`, { error })
    }
    exitOn(signal, 0)
  }
  for (const [signal, code] of Object.entries(exitCodes)) {
    process.on(signal, () => {
      if (ending) exitOn(signal as NodeJS.Signals, code)
      ending = true
      void end(signal as NodeJS.Signals)
    })
  }

  try {
    const port = await (await starting).ready()
    const { host, ledgerFile } = config
    logger.info('Listening', { host, port, pid: process.pid, node: process.version, ledger: ledgerFile ?? 'none' })
  } catch (error) {
    if (ending) return
    const { host, port } = config
    // What we refuse says why; of anything else it matters where it came from
    logger.error(messageOf(error), { host, port, ...(NetworkError.is(error) ? { code: error.code } : { error }) })
    exit(1)
  }
}

// Whoever read the log has gone: that is no reason to stop
process.stdout.on('error', () => {})

const unknown = process.argv.slice(2).filter((argument) => argument !== '--health')
if (unknown.length > 0) {
  loggerAt('error').error(
    `Unknown argument '${unknown[0]}': there is only --health; everything else is set by variables`
  )
  exit(1)
}
void (process.argv.includes('--health') ? health() : run())
