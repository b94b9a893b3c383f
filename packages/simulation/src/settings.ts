// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Timeouts of the simulated system: shorter than the defaults where that lets more happen in one run. */
export const settings = {
  aliveSeconds: 3,
  unusedContainerSeconds: 2,
  startMs: 3_000,
  terminateMs: 3_000,
  preTerminationMs: 4_000,
  reminderRetryMaxMs: 2_000,
  drainMs: 10_000,
  /** Of a get and of a request, where the plan says nothing else. */
  callMs: 8_000,
  /** Answers beyond a kilobyte come in parts: what takes mebibytes otherwise is cheap here. */
  limits: { maxWholeAnswerBytes: 1024, answerPartBytes: 512 },
  /** Characters of a large answer. */
  largeAnswer: 6_000,
  coordinatorPort: 3737,
  agentPort: 3738
} as const
