// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { GetOptions } from './api/container'
import { checkObject, refuseArgument } from './arguments'
import { plainExtra } from './extra'
import { limits } from './limits'

/** Node has it; the ES2023 library of TypeScript does not. */
interface WellFormed {
  isWellFormed(): boolean
}

/** Protocol 1 carries `undefined` as `null`. */
function isPresent<T>(value: T | undefined | null): value is T {
  return value !== undefined && value !== null
}

function isText(value: unknown, maxBytes: number): value is string {
  if (typeof value !== 'string' || value.length === 0) return false
  // Half a character becomes another one on the way
  if (!(value as unknown as WellFormed).isWellFormed()) return false
  // A character takes at most three bytes: most values need no counting.
  return value.length * 3 <= maxBytes || Buffer.byteLength(value) <= maxBytes
}

function checkText<T extends string>(value: T, what: string, maxBytes: number): T {
  if (isText(value, maxBytes)) return value
  const size = typeof value === 'string' && value !== '' ? ` (${Buffer.byteLength(value)} bytes)` : ''
  return refuseArgument(`${what}${size}`, value, `text of 1 to ${maxBytes} bytes`)
}

/** What {@link checkName} lets pass. */
export function isName(value: unknown): value is string {
  return isText(value, limits.maxNameBytes)
}

/**
 * `value` itself when it can be a uuid, a kind or an operation's name: 1 to 256 bytes of UTF-8. Else `INVALID_ARGUMENT`.
 *
 * @param what how the error calls it, e.g. 'kind'
 */
export function checkName<T extends string>(value: T, what: string): T {
  return checkText(value, what, limits.maxNameBytes)
}

/** The labels without repetition: at most 64 of at most 128 bytes. Else `INVALID_ARGUMENT`. */
export function checkLabels(labels: readonly string[]): string[] {
  if (!Array.isArray(labels)) return refuseArgument('labels', labels, 'an array')
  if (labels.length > limits.maxLabels) return refuseArgument('labels', labels.length, `at most ${limits.maxLabels}`)
  return [...new Set(labels.map((label: string) => checkText(label, 'a label', limits.maxLabelBytes)))]
}

/** Checked options of a get, with nothing in them that is absent: `null` counts as absent, and so do no labels. */
export function checkGetOptions(options: GetOptions): GetOptions {
  checkObject(options, 'the options of a get')
  const checked: GetOptions = {}
  if (isPresent(options.uuid)) checked.uuid = checkName(options.uuid, 'uuid')
  if (isPresent(options.extra)) checked.extra = plainExtra(options.extra)
  const labels = isPresent(options.labels) ? checkLabels(options.labels) : []
  if (labels.length > 0) checked.labels = labels
  const agent = isPresent(options.placement) ? checkObject(options.placement, 'placement').agent : undefined
  if (isPresent(agent)) checked.placement = { agent: checkName(agent, 'placement.agent') }
  return checked
}
