// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ListPage } from '@hcengineering/network-core'

/**
 * A whole list, page by page, where the coordinator knows pages and the list does not fit one message.
 *
 * @param ask for the first page `''`, then for the `next` of the one before
 */
export async function allPages<T>(ask: (page: string) => Promise<T[] | ListPage<T>>): Promise<T[]> {
  const all: T[] = []
  for (let page: string | undefined = ''; page !== undefined;) {
    const answer: T[] | ListPage<T> = await ask(page)
    if (Array.isArray(answer)) return answer
    all.push(...answer.records)
    page = answer.next ?? undefined
  }
  return all
}
