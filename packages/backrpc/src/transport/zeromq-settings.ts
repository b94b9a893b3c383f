// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { limits } from '@hcengineering/network-core'

/** What our use of ZeroMQ sets, with the reasons; times in milliseconds. The defaults of libzmq fit none of it. */
export const zeromqSettings = {
  /**
   * Messages, not bytes, per peer and direction (1 000 by default). Bytes are bounded above, by the sessions; this is
   * what may lie between. Below 256 throughput falls, since the sender has to wait for libzmq's own thread.
   */
  highWaterMark: 256,
  /** A payload and its small frames (unbounded by default). Sizes are checked before sending: this stops strangers. */
  maxMessageSize: limits.maxPayloadBytes + 64 * 1024,
  /** A stranger who connects and says nothing (30 s by default). */
  handshakeInterval: 2_000,
  /** How long a closed socket goes on sending (for ever by default). */
  linger: 200,
  reconnectInterval: 50,
  reconnectMaxInterval: 1_000,
  /**
   * No ZMTP heartbeats: libzmq 4.3.5 aborts the whole process when one is due on a connection that broke while the
   * high-water mark held its input back. Sessions ping, and their alive timeout notices who is silent.
   */
  heartbeatInterval: 0,
  /** ZMQ_DISCONNECT_MSG, a draft option: the text that a ROUTER receives in the name of a peer that has left. */
  disconnectMessageOption: 111,
  /** A peer that cannot be reached any more is gone at the latest after this, should no notice say so. */
  noticeTimeout: 1_000,
  /** Sockets made in vain until one is found whose events can be read. */
  maxMisplaced: 100,
  /** How long to wait until the system has given back the port of a closed listener. */
  unbindTimeout: 500
} as const
