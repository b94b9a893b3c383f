// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

interface Step {
  readonly at: number
  readonly sequence: number
  run: (() => void) | undefined
}

function earlier(a: Step, b: Step): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence)
}

/** A heap whose least element is the next step. */
class Steps {
  private readonly heap: Step[] = []

  get first(): Step | undefined {
    return this.heap[0]
  }

  push(step: Step): void {
    const { heap } = this
    let at = heap.push(step) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (earlier(heap[parent], step)) break
      heap[at] = heap[parent]
      at = parent
    }
    heap[at] = step
  }

  pop(): void {
    const { heap } = this
    const step = heap.pop()
    if (step === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && earlier(heap[child + 1], heap[child])) child++
      if (earlier(step, heap[child])) break
      heap[at] = heap[child]
      at = child
    }
    heap[at] = step
  }
}

/**
 * Time that passes when we say so. Steps run in the order of (time, sequence), one at a time; after each, everything that
 * its promises cause has happened before the next begins. That is what the turn of `setImmediate` in between is for: the
 * engine runs microtasks and `process.nextTick` until none is left before it comes to the next immediate, so nothing is
 * left over, however long a chain of promises is. A fixed number of awaited turns would cut long chains at a point that
 * moves with every edit of the code under test. It stays deterministic as long as nothing waits for the real world.
 */
export class VirtualTime {
  private readonly steps = new Steps()
  private sequence = 0
  private time = 0
  private live = 0
  private done = 0

  /** Virtual milliseconds since the start. */
  get now(): number {
    return this.time
  }

  /** Steps that are neither run nor cancelled. */
  get pending(): number {
    return this.live
  }

  /** Steps run so far. */
  get count(): number {
    return this.done
  }

  /** Runs `run` after `delayMs`; the answer cancels it. */
  after(delayMs: number, run: () => void): () => void {
    const step: Step = { at: this.time + Math.max(0, delayMs), sequence: this.sequence++, run }
    this.steps.push(step)
    this.live++
    return () => {
      if (step.run === undefined) return
      step.run = undefined
      this.live--
    }
  }

  /** Runs what is due until `time`, as long as `proceed` agrees. `settle` lets happen what a step has caused. */
  async runUntil(time: number, proceed: () => boolean = () => true, settle: () => Promise<void> = turn): Promise<void> {
    while (proceed()) {
      const step = this.steps.first
      if (step === undefined || step.at > time) {
        this.time = time
        return
      }
      this.steps.pop()
      const { run } = step
      if (run === undefined) continue
      step.run = undefined
      this.live--
      this.done++
      this.time = step.at
      run()
      await settle()
    }
  }
}

/** Resolves when every microtask has run. */
export async function turn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve))
}
