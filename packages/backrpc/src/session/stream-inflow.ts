// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** What is to be done with what came: it is the next; it was there before; or it breaks the rules, and how. */
export type Arrival = 'next' | 'known' | { readonly broken: string }

/** What one side has received of a stream, and how much more it may be sent. */
export class Inflow {
  private items = 0
  private bytes = 0
  private allowedItems = 0
  private allowedBytes = 0
  private over = false
  private grantDue = false
  private stopDue = false
  /** It was there, so that it has to be stopped. */
  private readonly wanted: boolean

  /** @param expected nothing comes otherwise */
  constructor(expected: boolean) {
    this.wanted = expected
    this.over = !expected
  }

  /** Nothing is taken any more. */
  get closed(): boolean {
    return this.over
  }

  /** The peer has to be told something. */
  get due(): 'stop' | 'grant' | undefined {
    if (this.stopDue) return 'stop'
    return this.grantDue && !this.over ? 'grant' : undefined
  }

  get granted(): { readonly items: number; readonly bytes: number } {
    return { items: this.allowedItems, bytes: this.allowedBytes }
  }

  /** @param told the peer has heard it with the opening */
  grant(items: number, bytes: number, told: boolean = false): void {
    this.allowedItems = Math.max(this.allowedItems, items)
    this.allowedBytes = Math.max(this.allowedBytes, bytes)
    this.grantDue = !told
  }

  item(index: number, size: number): Arrival {
    if (this.over || index < this.items) return 'known'
    if (index > this.items) return { broken: `item ${index} of a stream came where item ${this.items} was next` }
    if (this.items >= this.allowedItems || this.bytes >= this.allowedBytes) {
      const granted = `${this.allowedItems} items and ${this.allowedBytes} bytes`
      return { broken: `an item of a stream was sent beyond the ${granted} that were granted` }
    }
    this.items++
    this.bytes += size
    return 'next'
  }

  /** @param failed it ends with an error, which may take the place of items */
  end(index: number, failed: boolean): Arrival {
    if (this.over) return 'known'
    if (failed || index === this.items) return 'next'
    return { broken: `a stream of ${index} items ended where ${this.items} had come` }
  }

  /** It takes no more, and says so. */
  stop(): void {
    if (this.over) return
    this.over = true
    this.stopDue = true
  }

  /** The peer was told what was due. */
  told(): void {
    if (this.stopDue) this.stopDue = false
    else this.grantDue = false
  }

  /** A new connection: what was said over the old one may not have been heard. */
  rewind(): void {
    if (!this.wanted) return
    if (this.over) this.stopDue = true
    else this.grantDue = true
  }
}
