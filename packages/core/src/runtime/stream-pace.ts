// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** So many items streams take in a turn of the event loop, all together: what takes some milliseconds. */
const TURN_ITEMS = 1024
/** The same in bytes: one item may be as much as thousands of others. */
const TURN_BYTES = 4 * 1024 * 1024

let items = 0
let bytes = 0
let nextTurn: Promise<void> | undefined

/** A stream has taken an item of so many bytes. */
export function streamTook(itemBytes: number): void {
  items++
  bytes += itemBytes
  nextTurn ??= new Promise((resolve) => {
    setImmediate(() => {
      items = 0
      bytes = 0
      nextTurn = undefined
      resolve()
    })
  })
}

/**
 * What a stream waits for before it takes its next item; `undefined` while there is room in this turn. Generators that wait
 * for nothing would go on for as long as readers have granted, one after the other, and no ping be answered meanwhile.
 */
export function streamTurn(): Promise<void> | undefined {
  return items >= TURN_ITEMS || bytes >= TURN_BYTES ? nextTurn : undefined
}
