// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { messageOf, NetworkError } from '@hcengineering/network-core'
import { catalogue } from './catalogue'
import type { Command, Context } from './command'
import { Connections } from './connection'
import { exitCodeOf, exitCodes, InterruptedError, UsageError, type ExitCode } from './exit-codes'
import { defaultConnectTimeoutMs, defaultCoordinator, defaultTimeoutMs } from './global-options'
import { commandHelp, generalHelp } from './help'
import { Output, type WriteLine } from './output/output'
import { jsonLine } from './output/json'
import { colourStyle, plainStyle, type Style } from './output/style'
import { printable } from './output/text'
import { parse } from './parse'
import type { Values } from './values'

/** The process around the tool. */
export interface Surroundings {
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly input: AsyncIterable<Uint8Array | string>
  readonly write: WriteLine
  readonly writeError: WriteLine
  /** Output, and error output, is a terminal that takes colours. */
  readonly colours: { readonly output: boolean; readonly error: boolean }
  /** Aborts when the process is asked to end, or nobody reads its output any more. */
  readonly signal: AbortSignal
}

/** Runs one command line; answers with the exit code, never throws. */
export async function run(around: Surroundings): Promise<ExitCode> {
  const { args, environment } = around
  const style = around.colours.output && wantsColours(args, environment) ? colourStyle : plainStyle
  let meant: Command | undefined
  try {
    const { command, values } = parse(args, catalogue)
    meant = command
    const output = new Output(values.flag('json'), style, around.write, around.writeError)
    if (command === undefined || values.flag('help')) return await help(command, values, output)
    return await runCommand(command, values, output, around)
  } catch (error) {
    await report(error, around)
    return exitCodeOf(error, meant?.asksContainer)
  }
}

async function help(command: Command | undefined, values: Values, output: Output): Promise<ExitCode> {
  const { style } = output
  await output.line(command === undefined ? generalHelp(catalogue, style) : commandHelp(command, style))
  return command === undefined && !values.flag('help') ? exitCodes.usage : exitCodes.ok
}

async function runCommand(
  command: Command,
  values: Values,
  output: Output,
  { environment, input, signal }: Surroundings
): Promise<ExitCode> {
  const given = values.text('coordinator') ?? (environment.NETWORK_COORDINATOR || undefined)
  const coordinator = given ?? defaultCoordinator
  const timeoutMs = values.durationMs('timeout', defaultTimeoutMs)
  const connections = new Connections({
    coordinator,
    isDefault: given === undefined,
    connectTimeoutMs: values.durationMs('connect-timeout', Math.min(timeoutMs, defaultConnectTimeoutMs)),
    requestTimeoutMs: timeoutMs
  })
  const context: Context = {
    commands: catalogue,
    values,
    output,
    input,
    coordinator,
    timeoutMs,
    signal,
    connect: async (options) => await connections.connect(options)
  }
  try {
    return command.lasting === true ? await command.run(context) : await unlessInterrupted(signal, command.run(context))
  } finally {
    await connections.close()
  }
}

async function unlessInterrupted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  if (signal.aborted) throw new InterruptedError('Interrupted')
  let stop: (() => void) | undefined
  const interrupted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new InterruptedError('Interrupted'))
    signal.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([work, interrupted])
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop)
  }
}

/** One line, or one JSON value, on error output. */
async function report(error: unknown, { args, environment, colours, writeError }: Surroundings): Promise<void> {
  const style: Style = colours.error && wantsColours(args, environment) ? colourStyle : plainStyle
  const code = NetworkError.is(error) ? error.code : undefined
  if (args.includes('--json') || args.includes('-j')) {
    const facts = NetworkError.is(error) ? { code, stage: error.stage, retryable: error.retryable } : {}
    await writeError(jsonLine({ error: { message: messageOf(error), ...facts } }))
    return
  }
  const message = messageOf(error)
  const shown = code === undefined || message.startsWith(code) ? message : `${code}: ${message}`
  await writeError(`${style.red('Error:')} ${printable(shown)}`)
  if (error instanceof UsageError) await writeError("See 'network help', or 'network help <command>'")
}

function wantsColours(args: readonly string[], { NO_COLOR: noColor, TERM }: Surroundings['environment']): boolean {
  return !args.includes('--no-color') && (noColor === undefined || noColor === '') && TERM !== 'dumb'
}
