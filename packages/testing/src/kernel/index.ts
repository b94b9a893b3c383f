// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// What the test network and our own simulation are made of. Its names change without notice: tests of containers use the main door.
export { Activations, type Instance } from './checkers/activations'
export { AtMostOnce } from './checkers/at-most-once'
export { CallsSettle } from './checkers/calls-settle'
export { SingleOwner } from './checkers/single-owner'
export { installEnvironment } from './environment'
export {
  History,
  type BookedHold,
  type Checker,
  type Fact,
  type Id,
  type QuietView,
  type RequestFacts,
  type TimedFact,
  type Violation,
  type Whereabouts
} from './history'
export { LedgerFile } from './ledger'
export { Links, type LinkOptions, type Passage } from './links'
export { minimize } from './minimize'
export { SimulatedProcess, type ProcessState } from './process'
export { Random } from './random'
export { Trace } from './trace'
export { VirtualTime, turn } from './virtual-time'
