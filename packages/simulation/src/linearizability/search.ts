// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Something that was done to an object, by somebody who saw when it began and when it had been done. */
export interface Operation<A> {
  /** For messages. Those of unknown outcome that say the same are one as good as the other. */
  readonly what: string
  readonly action: A
  readonly invoked: number
  /** Absent where the outcome is unknown: it took effect at any time since, or did not. */
  readonly responded?: number
}

/** The object as it would be if one thing happened after the other. */
export interface SequentialModel<S, A> {
  readonly initial: S
  /** What becomes of the state; `undefined` where that cannot happen in it. */
  step(state: S, action: A): S | undefined
  /** The same for states that are equal. */
  key(state: S): string
}

/** Whether operations have an order; `undecided` when too many had to be looked at. */
export type Verdict = 'ordered' | 'unordered' | 'undecided'

/** Within this many configurations all but absurd histories are decided. */
export const maxConfigurations = 200_000

interface Known<A> extends Operation<A> {
  readonly responded: number
}

/**
 * Looks for an order of operations in which each comes between its invocation and its response, and which the model allows:
 * Wing's and Gong's search, with Lowe's memory of the configurations it has been in. What responds first is tried first, so
 * that an orderly history costs one step for each operation; and where nothing is under way, a configuration is no more than a state, so
 * that what lies before such a point is never searched again.
 */
export class OrderSearch<S, A> {
  private readonly known: readonly Known<A>[]
  private readonly unknown: readonly Operation<A>[]
  /** The first invocation of each known operation and those behind it. */
  private readonly firstInvoked: number[]
  private readonly done: boolean[]
  private readonly used: boolean[]
  private readonly seen = new Set<string>()
  private furthest = 0

  constructor(
    operations: readonly Operation<A>[],
    private readonly model: SequentialModel<S, A>,
    private readonly most: number = maxConfigurations
  ) {
    this.known = operations.filter(isKnown).sort((a, b) => a.responded - b.responded)
    this.unknown = operations.filter((one) => !isKnown(one)).sort((a, b) => a.invoked - b.invoked)
    this.done = this.known.map(() => false)
    this.used = this.unknown.map(() => false)
    this.firstInvoked = []
    let first = Infinity
    for (let i = this.known.length - 1; i >= 0; i--)
      this.firstInvoked[i] = first = Math.min(first, this.known[i].invoked)
  }

  run(): Verdict {
    if (this.visit(this.model.initial, 0)) return 'ordered'
    return this.seen.size < this.most ? 'unordered' : 'undecided'
  }

  /** The operations up to the first that no order reached, those of unknown outcome included. */
  get reached(): Operation<A>[] {
    return [...this.known.slice(0, this.furthest + 1), ...this.unknown]
  }

  /** @param from all known operations before it are done */
  private visit(state: S, from: number): boolean {
    const { known, done, seen } = this
    let first = from
    while (done[first]) first++
    if (first === known.length) return true
    this.furthest = Math.max(this.furthest, first)
    const key = this.keyOf(state, first)
    if (seen.has(key) || seen.size >= this.most) return false
    seen.add(key)
    const until = known[first].responded
    if (this.tryKnown(state, first, first)) return true
    if (this.tryUnknown(state, first, until)) return true
    for (let i = first + 1; i < known.length && this.firstInvoked[i] <= until; i++) {
      if (!done[i] && known[i].invoked <= until && this.tryKnown(state, i, first)) return true
    }
    return false
  }

  private tryKnown(state: S, index: number, first: number): boolean {
    const next = this.model.step(state, this.known[index].action)
    if (next === undefined) return false
    this.done[index] = true
    if (this.visit(next, first)) return true
    this.done[index] = false
    return false
  }

  private tryUnknown(state: S, first: number, until: number): boolean {
    const { model, unknown, used } = this
    const before = model.key(state)
    const tried = new Set<string>()
    for (let i = 0; i < unknown.length && unknown[i].invoked <= until; i++) {
      if (used[i] || tried.has(unknown[i].what)) continue
      tried.add(unknown[i].what)
      const next = model.step(state, unknown[i].action)
      if (next === undefined || model.key(next) === before) continue
      used[i] = true
      if (this.visit(next, first)) return true
      used[i] = false
    }
    return false
  }

  private keyOf(state: S, first: number): string {
    const ahead: number[] = []
    for (let i = first + 1; i < this.done.length; i++) if (this.done[i]) ahead.push(i)
    const used = this.used.flatMap((is, i) => (is ? [i] : []))
    return `${first}+${ahead.join()}|${used.join()}|${this.model.key(state)}`
  }
}

/**
 * The fewest operations that have no order already: leaving out any of known outcome makes an order of the rest. Of a model
 * in which less done allows no less.
 */
export function smallestDisorder<S, A>(
  operations: readonly Operation<A>[],
  model: SequentialModel<S, A>
): Operation<A>[] {
  const search = new OrderSearch(operations, model)
  if (search.run() === 'ordered') return []
  let rest = search.reached
  for (const one of [...rest]) {
    if (!isKnown(one)) continue
    const others = rest.filter((other) => other !== one)
    if (new OrderSearch(others, model).run() !== 'ordered') rest = others
  }
  return rest.filter(isKnown).sort((a, b) => a.invoked - b.invoked)
}

function isKnown<A>(operation: Operation<A>): operation is Known<A> {
  return operation.responded !== undefined
}
