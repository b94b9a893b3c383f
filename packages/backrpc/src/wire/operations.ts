// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Operation numbers of protocol 1: the first frame of every message, as an ASCII digit. Only ever appended to. */
export const backrpcOperations = {
  hello: 0,
  request: 1,
  response: 2,
  error: 3,
  event: 4,
  ping: 5,
  pong: 6,
  retry: 7,
  close: 8,
  sayHello: 9
} as const

/** One of {@link backrpcOperations}. */
export type BackRPCOperation = (typeof backrpcOperations)[keyof typeof backrpcOperations]
