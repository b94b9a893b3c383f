// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { randomOf } from '../../../__tests__/random'
import { Coverage, type Ran } from './coverage'
import { mutate } from './mutate'
import type { Target } from './targets'

/** Inputs that are run before coverage is asked for, which takes as long as many of them. */
const BATCH = 256
/** Inputs kept for a target: enough for every block that there is. */
const MAX_CORPUS = 1000

/** Blocks entered for each byte of an input, and besides, for what every input costs: beyond, it is not linear. */
const STEPS = { perByte: 300, besides: 20_000 }
/** Bytes set aside for each byte of an input, copies for the comparisons included, and besides for a batch. */
const MEMORY = { perByte: 4 * 1024, besides: 64 * 1024 * 1024 }
/** Processor time for each byte, and besides: an order of magnitude more than it takes where it is linear. */
const MICROSECONDS = { perByte: 50, besides: 100_000 }

// Node offers its collector to those who ask for it by a flag
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** An input that breaks a rule. */
export interface Finding {
  readonly target: string
  readonly input: Uint8Array
  readonly error: Error
}

export interface FuzzOptions {
  readonly seed: number
  /** Processor time is looked at too: not where many others want it. Default: false. */
  readonly timed?: boolean
}

const prototypes = [Object, Array, Map, Set, Date, Function, String, Number, Uint8Array, Buffer, Error].map(
  ({ prototype }) => prototype as object
)
const untouched = prototypes.map((prototype) => Reflect.ownKeys(prototype).length)

/** Feeds a target with inputs made of those that have reached something new. */
export class Fuzzer {
  readonly findings: Finding[] = []
  /** Inputs run so far. */
  count = 0
  private readonly corpus: Uint8Array[] = []
  private readonly random: () => number

  constructor(
    private readonly target: Target,
    private readonly coverage: Coverage,
    private readonly options: FuzzOptions
  ) {
    this.random = randomOf(options.seed)
    for (const seed of target.seeds()) this.tryAll([seed])
    if (this.corpus.length === 0) this.corpus.push(...target.seeds().slice(0, 1))
  }

  /** Inputs that each have reached something new. */
  get kept(): number {
    return this.corpus.length
  }

  /** One batch of inputs. */
  round(): void {
    this.tryAll(Array.from({ length: BATCH }, () => mutate(this.pick(), this.pick(), this.random)))
  }

  private pick(): Uint8Array {
    // The latest ones lead furthest
    const place = this.random() < 0.5 ? this.random() : this.random() ** 0.25
    return this.corpus[Math.floor(place * this.corpus.length)]
  }

  /** Runs inputs together; where that reaches something new, or costs too much, halves of them, down to which it is. */
  private tryAll(inputs: readonly Uint8Array[], suspected = false): void {
    // What was set aside before must not be given back while it is measured what these set aside
    if (suspected) collectGarbage()
    this.count += inputs.length
    const { ran, excess } = this.run(inputs)
    const isNew = this.coverage.isNew(ran)
    const costly = excess !== undefined && !this.knows(excess)
    if (!isNew && !costly) return
    if (inputs.length > 1) {
      const half = inputs.length >> 1
      this.tryAll(inputs.slice(0, half), costly)
      this.tryAll(inputs.slice(half), costly)
      // What depends on those before does not come again
      this.coverage.learn(ran)
      return
    }
    if (costly) this.found(inputs[0], excess)
    this.coverage.learn(ran)
    if (isNew && this.corpus.length < MAX_CORPUS) this.corpus.push(inputs[0])
  }

  private run(inputs: readonly Uint8Array[]): { readonly ran: Ran; readonly excess: Error | undefined } {
    const bytes = inputs.reduce((sum, { length }) => sum + length, 0)
    const before = process.memoryUsage()
    const cpu = process.cpuUsage()
    for (const input of inputs) this.runOne(input)
    const { user, system } = process.cpuUsage(cpu)
    const after = process.memoryUsage()
    const ran = this.coverage.take()
    const used = after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers
    const excess =
      beyond('blocks', ran.steps, STEPS.perByte * bytes + STEPS.besides * inputs.length) ??
      beyond('bytes of memory', used, MEMORY.perByte * bytes + MEMORY.besides) ??
      (this.options.timed === true
        ? beyond('microseconds', user + system, MICROSECONDS.perByte * bytes + MICROSECONDS.besides)
        : undefined)
    return { ran, excess }
  }

  private runOne(input: Uint8Array): void {
    try {
      this.target.run(Uint8Array.from(input))
      const touched = prototypes.findIndex((one, index) => Reflect.ownKeys(one).length !== untouched[index])
      if (touched !== -1) throw new Error(`${prototypes[touched].constructor.name}.prototype was changed`)
    } catch (error) {
      this.found(input, error as Error)
    }
  }

  /** Only the first of its kind. */
  private found(input: Uint8Array, error: Error): void {
    if (!this.knows(error)) this.findings.push({ target: this.target.name, input, error })
  }

  private knows(error: Error): boolean {
    return this.findings.some((one) => kindOf(one.error) === kindOf(error))
  }
}

function kindOf({ message }: Error): string {
  return message.slice(0, 60).replace(/\d+/g, '#')
}

function beyond(what: string, found: number, allowed: number): Error | undefined {
  return found <= allowed ? undefined : new Error(`An input took ${found} ${what}; ${allowed} are allowed`)
}
