// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { DrainOptions } from '../api/agent'
import { duration, fields, optional, present } from './fields'

export function readDrainOptions(value: unknown): DrainOptions {
  return present({ timeoutMs: optional(fields(value ?? {}, 'the options').timeoutMs, duration) })
}

export function readSample(value: unknown): { sampleMs?: number } {
  return present({ sampleMs: optional(fields(value ?? {}, 'the options').sampleMs, duration) })
}
