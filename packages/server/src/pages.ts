// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError, takePage, type ClientUuid, type ListPage } from '@hcengineering/network-core'

/** Lists that one client may read at a time; who begins more loses the oldest. */
const maxListsPerClient = 4

/** Lists that clients read page by page, each as it was when it was begun. */
export class Pages<T> {
  private readonly lists = new Map<ClientUuid, Map<string, readonly T[]>>()
  private lastId = 0

  first(client: ClientUuid, records: readonly T[]): ListPage<T> {
    const page = takePage(records)
    if (page.length === records.length) return { records: page }
    const lists = this.lists.get(client) ?? new Map<string, readonly T[]>()
    this.lists.set(client, lists)
    const id = String(++this.lastId)
    lists.set(id, records)
    for (const oldest of lists.keys()) {
      if (lists.size <= maxListsPerClient) break
      lists.delete(oldest)
    }
    return { records: page, next: `${id}.${page.length}` }
  }

  /** @param cursor the `next` of the page before */
  next(client: ClientUuid, cursor: string): ListPage<T> {
    const [id, taken] = cursor.split('.')
    const from = Number(taken)
    const lists = this.lists.get(client)
    const records = lists?.get(id)
    if (lists === undefined || records === undefined || !(from > 0 && from < records.length)) {
      throw new NetworkError('NOT_FOUND', `No list is kept that goes on at '${cursor.slice(0, 64)}': begin anew`)
    }
    const page = takePage(records, from)
    const end = from + page.length
    if (end < records.length) return { records: page, next: `${id}.${end}` }
    lists.delete(id)
    if (lists.size === 0) this.lists.delete(client)
    return { records: page }
  }

  /** The client is gone. */
  forget(client: ClientUuid): void {
    this.lists.delete(client)
  }
}
