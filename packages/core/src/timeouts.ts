// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/**
 * Defaults in seconds, read when a network, an agent or a client is constructed; assign to change them for a process.
 * Options of the constructors go before them.
 */
export const timeouts = {
  /** A peer silent for this long is dead. */
  aliveTimeout: 3,
  /** A container without references is terminated after this. */
  unusedContainerTimeout: 5,
  /** How often peers ping. */
  pingInterval: 1
}

/** Defaults in milliseconds of what 0.7 had no name for. */
export const defaultTimeoutsMs = {
  /** Start of a container by its factory. */
  start: 10_000,
  /** One answer to `ping()`. */
  containerPing: 5_000,
  /** Between two health checks of a container. */
  containerPingInterval: 5_000,
  /** `terminate()` of a container. */
  terminate: 10_000,
  /** A container that said it cannot end yet is ended by force after this. */
  preTermination: 60_000,
  request: 30_000,
  get: 30_000,
  /** Handshake and hello. */
  hello: 2_000,
  /** For how long after the loss of a connection sent events are kept, to be sent again. */
  resume: 10_000,
  /** An answer that comes in parts, and of which nothing comes any more, is given up after this, or twice as long. */
  answerStall: 10_000,
  /** Drain of an agent: its containers move, or end. */
  agentDrain: 30_000,
  /** Drain of the coordinator at its close. */
  drain: 500,
  /** Network events are collected for this long. */
  eventBatch: 50,
  /** A reminder whose delivery failed is tried again after this, then twice as long each time. */
  reminderRetry: 1_000,
  /** At most. */
  reminderRetryMax: 300_000,
  /** How long a registration waits for the end of a living owner of the same agent id, at most. */
  agentIdWait: 30_000,
  /** Added to a lease before somebody else may serve: clocks differ, and an answer needs time to leave. A hundredth of a longer one. */
  leaseGuard: 100,
  /** Lease that agents get from a coordinator that stops: so long its successor may take without their noticing. */
  restartLease: 10_000
} as const
