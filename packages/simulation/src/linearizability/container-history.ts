// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { compareTokens, type ActivationToken } from '@hcengineering/network-core'
import type { Id } from '@hcengineering/network-testing/kernel'
import type { ContainerAction } from './container-model'
import type { Operation } from './search'

/** An instance that serves by a token, since when. */
interface Activation {
  readonly instance: Id
  readonly token: ActivationToken
  readonly node: string
  readonly at: number
}

interface Get {
  readonly client: string
  /** Where it found the container, if it was told. */
  readonly node: string | undefined
  /** Of the activation that it found, if it was told. */
  readonly token: ActivationToken | undefined
  readonly invoked: number
  readonly responded: number
}

interface Serving {
  readonly instance: Id
  readonly token: ActivationToken
  readonly first: number
  last: number
}

interface Termination {
  readonly instance: Id
  readonly at: number
}

/** When a client may have been taken for gone. */
export type Excuses = (from: number, until: number) => string[]

/** What was done to one uuid in a run, as it is written down. */
export class ContainerHistory {
  private readonly activations: Activation[] = []
  private readonly gets: Get[] = []
  private readonly servings: Serving[] = []
  private readonly terminations: Termination[] = []
  private readonly releases: { readonly client: string; readonly at: number }[] = []

  constructor(readonly uuid: string) {}

  activated(activation: Activation): void {
    const { instance, token } = activation
    const same = this.activations.some((one) => one.instance === instance && compareTokens(one.token, token) === 0)
    if (!same) this.activations.push(activation)
  }

  got(get: Get): void {
    this.gets.push(get)
  }

  /** Of many in a row by one activation the first and the last say all. */
  served(instance: Id, token: ActivationToken, at: number): void {
    const last = this.servings.at(-1)
    if (last?.instance === instance && compareTokens(last.token, token) === 0) last.last = at
    else this.servings.push({ instance, token, first: at, last: at })
  }

  released(client: string, at: number): void {
    this.releases.push({ client, at })
  }

  terminated(instance: Id, at: number): void {
    this.terminations.push({ instance, at })
  }

  /** All of it, for the search. */
  operations(excuses: Excuses): Operation<ContainerAction>[] {
    const activations = [...this.activations].sort((a, b) => compareTokens(a.token, b.token) || a.instance - b.instance)
    return [
      ...this.gets.map((get) => getOf(get, activations)),
      ...this.servings.flatMap((serving) => servingsOf(serving, activations)),
      ...this.releases.map(({ client, at }): Operation<ContainerAction> => {
        // It is told sooner or later; nobody waits for that
        return { what: `${client} releases it`, action: { type: 'release', client }, invoked: at }
      }),
      ...this.terminations.map((termination) => this.terminationOf(termination, activations, excuses))
    ]
  }

  /** It was decided at some time after the container was last used. */
  private terminationOf(
    { instance, at }: Termination,
    activations: readonly Activation[],
    excuses: Excuses
  ): Operation<ContainerAction> {
    const of = activations.flatMap((one, index) => (one.instance === instance ? [index] : []))
    const begun = Math.min(at, ...of.map((index) => activations[index].at))
    const uses = this.servings.flatMap((one) => (one.instance === instance && one.last <= at ? [one.last] : []))
    const excused = excuses(Math.max(begun, ...uses), at)
    const what = `the network ends instance ${instance}, which nobody is to hold`
    return { what, action: { type: 'terminate', activations: of, excused }, invoked: begun, responded: at }
  }
}

function getOf(
  { client, node, token, invoked, responded }: Get,
  activations: readonly Activation[]
): Operation<ContainerAction> {
  const isIt = (one: Activation): boolean => token === undefined || compareTokens(one.token, token) === 0
  const among = activations.flatMap((one, index) =>
    one.node === node && one.at <= responded && isIt(one) ? [index] : []
  )
  const by = token === undefined ? '' : ` by token ${token.epoch}/${token.counter}`
  const where = node === undefined ? '' : ` on ${node}${by}`
  const action: ContainerAction = { type: 'get', client, ...(node === undefined ? {} : { among }) }
  return { what: `${client} gets it${where}`, action, invoked, responded }
}

function servingsOf(
  { instance, token, first, last }: Serving,
  activations: readonly Activation[]
): Operation<ContainerAction>[] {
  const activation = activations.findIndex((one) => one.instance === instance && compareTokens(one.token, token) === 0)
  const what = `instance ${instance} on ${activations[activation].node} serves by token ${token.epoch}/${token.counter}`
  return (first === last ? [first] : [first, last]).map((at) => ({
    what,
    action: { type: 'serve', activation },
    invoked: at,
    responded: at
  }))
}
