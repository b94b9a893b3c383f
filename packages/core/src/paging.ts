// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { NetworkEvent } from './api/events'
import { limits } from './limits'

/** What the items of one page may cost: a quarter of a message, so that whatever they are wrapped in fits too. */
const maxPageBytes = limits.maxPayloadBytes / 4
const maxPageTokens = limits.maxPayloadTokens / 4

/** Counts more than there are: what stands inside texts counts too. */
const tokenPattern = /[[{,:]/g

/** The items from index `from` on that fit one message: at least one, as nothing smaller can be sent. */
export function takePage<T>(items: readonly T[], from: number = 0): T[] {
  let bytes = 0
  let tokens = 0
  let end = from
  for (; end < items.length; end++) {
    const text = JSON.stringify(items[end]) ?? ''
    bytes += Buffer.byteLength(text)
    tokens += 1 + (text.match(tokenPattern)?.length ?? 0)
    if (end > from && (bytes > maxPageBytes || tokens > maxPageTokens)) break
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
