// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** What may be put off before it is done at once: a turn that asks for more must not run into limits of what waits. */
const MAX_PUT_OFF_BYTES = 256 * 1024

/** What a message weighs besides its data. */
const MESSAGE_BYTES = 512

/** Work that is put off to the end of the turn of the event loop: what one turn asks for is done together. */
export class Turn {
  private planned = false
  private bytes = 0
  private readonly end: () => void

  constructor(work: () => void) {
    this.end = () => {
      this.planned = false
      this.bytes = 0
      work()
    }
  }

  /** There is something to do, about data of so many bytes. */
  note(bytes: number): void {
    this.bytes += MESSAGE_BYTES + bytes
    if (this.bytes > MAX_PUT_OFF_BYTES) {
      // What is planned already will find less to do
      this.bytes = 0
      this.end()
    } else if (!this.planned) {
      this.planned = true
      process.nextTick(this.end)
    }
  }

  /** Does now what is put off; `false` when nothing is. */
  hasten(): boolean {
    const { planned } = this
    if (planned) this.end()
    return planned
  }
}
