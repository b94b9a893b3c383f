// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** From where on `doctor` warns, and fails. */
export const thresholds = {
  /** Clocks apart, in milliseconds: times in logs and lists mislead. Leases do not depend on it. */
  clockWarnMs: 1_000,
  clockFailMs: 60_000,
  /** A timer this late, in milliseconds: who waits for the process waits so long. Beyond the second an alive timeout of 3 s is near. */
  lagWarnMs: 100,
  lagFailMs: 1_000,
  /** Shares of the heap's limit in use. */
  heapWarn: 0.8,
  heapFail: 0.95,
  /** An answer of the coordinator that takes longer, in milliseconds. */
  roundTripWarnMs: 250
} as const
