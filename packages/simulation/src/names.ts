// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Uuids that the workload asks for, by kind. */
export const names: Readonly<Record<string, readonly string[]>> = {
  room: ['room-0', 'room-1', 'room-2', 'room-3'],
  desk: ['desk-0', 'desk-1'],
  shelf: ['shelf-0']
}

/** Uuids that nobody holds for long. */
export const visited = ['room-v0', 'room-v1', 'desk-v0'] as const

/** The uuid of a container that one client holds, and others want when that is out of reach. */
export const islandUuid = 'room-i0'
/** The kind of containers that take turns and call each other in them; in some runs only. */
export const serialKind = 'teller'

export const serialNames = ['teller-0', 'teller-1', 'teller-2'] as const

/** The kind of containers that would rather have two owners than none; in some runs only. */
export const availableKind = 'kiosk'

export const availableUuid = 'kiosk-0'

/** The kind of the container that exists before its agents register; its one uuid ends in `-0`. */
export const statelessKind = 'altar'
