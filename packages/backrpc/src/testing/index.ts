// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

export { MemoryNetwork, type MemoryNetworkOptions } from '../transport/memory'
export { ClientRecorder, ServerRecorder } from './recorders'
export { testTransport, type TransportUnderTest } from './transport-conformance'
