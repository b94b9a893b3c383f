// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkEvent } from './api/events'
import { limits } from './limits'

/** What the items of one page may cost: a quarter of a message, so that whatever they are wrapped in fits too. */
const maxPageBytes = limits.maxPayloadBytes / 4
const maxPageTokens = limits.maxPayloadTokens / 4

/** What one character may become when it is quoted, rare ones aside: those are what the other three quarters are for. */
const quotedBytes = 2
const longestNumber = 25

/** Counts more than there are: what stands inside texts counts too. */
const tokenPattern = /[[{,:]/g

/** What travels of a value, bounded from above. */
class Size {
  bytes = 0
  tokens = 0

  /** Looks at values itself: making their text first costs five times as much. */
  add(value: unknown): void {
    this.tokens++
    if (typeof value === 'string') this.bytes += quotedBytes * (Buffer.byteLength(value) + 2)
    else if (Array.isArray(value)) this.addAll(value)
    else if (typeof value === 'object' && value !== null && isPlain(value)) this.addFields(value)
    else if (typeof value === 'object' && value !== null) this.addText(value)
    else this.bytes += typeof value === 'bigint' ? value.toString().length : longestNumber
  }

  private addAll(values: readonly unknown[]): void {
    for (const value of values) this.add(value)
    this.bytes += values.length + 2
  }

  private addFields(value: object): void {
    const fields = value as Readonly<Record<string, unknown>>
    for (const name of Object.keys(fields)) {
      this.tokens++
      this.bytes += quotedBytes * (name.length + 2)
      this.add(fields[name])
    }
    this.bytes += 2
  }

  private addText(value: object): void {
    const text = JSON.stringify(value) ?? ''
    this.bytes += quotedBytes * Buffer.byteLength(text)
    this.tokens += text.match(tokenPattern)?.length ?? 0
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && !('toJSON' in value)
}

/** The items from index `from` on that fit one message: at least one, as nothing smaller can be sent. */
export function takePage<T>(items: readonly T[], from: number = 0): T[] {
  if (from + 1 >= items.length) return items.slice(from)
  const size = new Size()
  let end = from
  for (; end < items.length; end++) {
    size.add(items[end])
    if (end > from && (size.bytes > maxPageBytes || size.tokens > maxPageTokens)) break
  }
  return items.slice(from, end)
}

/** The items in pages that fit one message each; one empty page for none. */
export function pagesOf<T>(items: readonly T[]): T[][] {
  const pages = [takePage(items)]
  for (let taken = pages[0].length; taken < items.length;) {
    const page = takePage(items, taken)
    pages.push(page)
    taken += page.length
  }
  return pages
}

/** A batch of network events in batches that fit one message each, in order. */
export function splitNetworkEvent({ agents, containers }: NetworkEvent): NetworkEvent[] {
  return pagesOf(containers).map((page, index) => ({ agents: index === 0 ? agents : [], containers: page }))
}
