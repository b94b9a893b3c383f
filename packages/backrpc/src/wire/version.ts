// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** The major gates, the minor adds. */
export interface ProtocolVersion {
  readonly major: number
  readonly minor: number
}

/** What 0.7 speaks: it never says so. */
export const protocol1: ProtocolVersion = { major: 1, minor: 0 }
/** The newest that this release speaks: its minor 1 added streams, its minor 2 answers in parts and the calls for which a request is made. */
export const protocol2: ProtocolVersion = { major: 2, minor: 2 }

/** Whether a peer with which that is spoken knows streams. */
export function hasStreams({ major, minor }: ProtocolVersion): boolean {
  return major === 2 ? minor >= 1 : major > 2
}

/** Whether a peer with which that is spoken knows for which calls a request is made. */
export function hasChains({ major, minor }: ProtocolVersion): boolean {
  return major === 2 ? minor >= 2 : major > 2
}

/** What two peers speak with each other: the lower of what both say; who says nothing speaks protocol 1. */
export function negotiate(ours: ProtocolVersion, theirs: ProtocolVersion | undefined): ProtocolVersion {
  if (theirs === undefined || theirs.major < 2 || ours.major < 2) return protocol1
  if (theirs.major !== ours.major) return theirs.major < ours.major ? theirs : ours
  return { major: ours.major, minor: Math.min(ours.minor, theirs.minor) }
}
