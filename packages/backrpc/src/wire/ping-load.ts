// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentLoad } from '@hcengineering/network-core'
import type { ByteReader } from './byte-reader'
import type { ByteWriter } from './byte-writer'
import { readExtension, writeExtension } from './extension'

/** In the extension block of a ping: how busy the process is that says it. */
const LOAD = 0x01

/** The extension block of a ping, its length first. */
export function writeLoad(writer: ByteWriter, { inFlight, lagMs }: AgentLoad): void {
  writeExtension(writer, LOAD, [inFlight, lagMs])
}

/** What of the extension block of a ping is known. */
export function readLoad(reader: ByteReader): AgentLoad | undefined {
  const read = (): AgentLoad => ({ inFlight: reader.number(), lagMs: reader.number() })
  return readExtension(reader, (bits) => ((bits & LOAD) === 0 ? undefined : read()))
}
