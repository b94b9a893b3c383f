// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** How a request travels: by the reference, which the coordinator relays, or by a direct connection. */
export type Way = 'relayed' | 'direct'

/** One of the places where a user waits for good answers. */
export interface Place {
  readonly client: string
  readonly uuid: string
  readonly way: Way
}

/** What counts as a good answer. */
export interface Wanted {
  /** To a request made then or later, in milliseconds of the shared clock. */
  readonly since: number
  /** Or to any request, when another process than this one answers. */
  readonly notFrom?: string
}

/** When a place had its first good answer. */
export interface Recovery extends Place {
  readonly at: number
}

interface Answer {
  readonly askedAt: number
  readonly at: number
  readonly process: string
}

/** The good answers at one place, and who waits for one. */
export class Lap {
  private answers: Answer[] = []
  private readonly waiting = new Set<() => void>()

  /** What came before counts no more. */
  begin(): void {
    this.answers = []
  }

  add(answer: Answer): void {
    this.answers.push(answer)
    for (const look of [...this.waiting]) look()
  }

  /** The time of the first good answer since, as soon as there is one; `undefined` when there is none in time. */
  async first({ since, notFrom }: Wanted, withinMs: number): Promise<number | undefined> {
    const find = (): number | undefined =>
      this.answers.find(
        ({ askedAt, at, process }) =>
          at >= since && (askedAt >= since || (notFrom !== undefined && process !== notFrom))
      )?.at
    const found = find()
    if (found !== undefined) return found
    let look = (): void => {}
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise((resolve) => {
        look = () => {
          const at = find()
          if (at !== undefined) resolve(at)
        }
        this.waiting.add(look)
        timer = setTimeout(() => resolve(undefined), withinMs)
      })
    } finally {
      clearTimeout(timer)
      this.waiting.delete(look)
    }
  }
}
