// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { SequentialModel } from './search'

/** What is done to one uuid. Activations are numbered in the order of their tokens. */
export type ContainerAction =
  /** A get was answered: the container is one of these activations; `undefined` where nobody said which. */
  | { readonly type: 'get'; readonly client: string; readonly among?: readonly number[] }
  /** That activation executed a request. */
  | { readonly type: 'serve'; readonly activation: number }
  | { readonly type: 'release'; readonly client: string }
  /** The network ended what these are activations of, since nobody held it; `excused` may have been taken for gone. */
  | { readonly type: 'terminate'; readonly activations: readonly number[]; readonly excused: readonly string[] }

/** One uuid: absent until something serves it, then live. */
export interface ContainerState {
  /** The latest activation that anybody has seen; -1 when there was none. */
  readonly newest: number
  readonly ended: readonly number[]
  /** By client; without those that hold nothing. */
  readonly holds: Readonly<Record<string, number>>
}

/**
 * A uuid names one thing at a time. A get has what is newest, or something newer yet, and nothing that the network has ended; it
 * counts one hold. Whatever executes a request is the newest too. Nothing is ended, for want of holders, that
 * somebody holds.
 */
export const containerModel: SequentialModel<ContainerState, ContainerAction> = {
  initial: { newest: -1, ended: [], holds: {} },

  step(state, action) {
    const { newest, ended, holds } = state
    switch (action.type) {
      case 'get': {
        const { client, among } = action
        // The oldest possible leaves most open
        const found = among?.find((one) => one >= newest && !ended.includes(one))
        if (among !== undefined && found === undefined) return undefined
        return { newest: found ?? newest, ended, holds: { ...holds, [client]: (holds[client] ?? 0) + 1 } }
      }
      case 'serve': {
        const { activation } = action
        if (activation < newest || ended.includes(activation)) return undefined
        return { ...state, newest: activation }
      }
      case 'release': {
        const { [action.client]: held = 0, ...others } = holds
        return { ...state, holds: held > 1 ? { ...others, [action.client]: held - 1 } : others }
      }
      case 'terminate': {
        const { activations, excused } = action
        if (Object.keys(holds).some((client) => !excused.includes(client))) return undefined
        return { ...state, ended: [...ended, ...activations] }
      }
    }
  },

  key({ newest, ended, holds }) {
    const counts = Object.keys(holds)
      .sort()
      .map((client) => `${client}:${holds[client]}`)
    return `${newest}|${ended.join()}|${counts.join()}`
  }
}
