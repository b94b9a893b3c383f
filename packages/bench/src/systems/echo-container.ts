// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Container, ContainerKind } from '@hcengineering/network-core'
import { factoryOf } from './factory'

export const echoKind = 'echo' as ContainerKind

/** Answers with what it was asked, or with who it is. */
export const echoContainer: Container = {
  request: async (operation, data: unknown) => (operation === 'whoami' ? process.pid : data),
  ping: async () => {},
  terminate: async () => {},
  connect: () => {},
  disconnect: () => {}
}

/** Makes echo containers that are reached over their agent. */
export const echoFactory = factoryOf(() => echoContainer)
