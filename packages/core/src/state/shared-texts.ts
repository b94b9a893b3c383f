// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** What the endpoints of an agent's containers have in common: mostly they differ in the uuid only. */
export interface EndpointForm {
  readonly before: string
  readonly after: string
}

/** Remembered of each; beyond, all are forgotten, and those who have one keep it. */
const maxRemembered = 1_000

const texts = new Map<string, string>()
const forms = new Map<string, EndpointForm>()

/** The same text, in the memory of one that came before: each that comes over the wire has its own. */
export function sharedText<T extends string>(text: T): T {
  return remembered(texts, text, () => text) as T
}

/** What is left of an endpoint without the uuid in it; `undefined` where there is none. */
export function formOf(endpoint: string, uuid: string): EndpointForm | undefined {
  const at = endpoint.lastIndexOf(uuid)
  if (at < 0) return undefined
  const [before, after] = [endpoint.slice(0, at), endpoint.slice(at + uuid.length)]
  return remembered(forms, `${at}:${before}${after}`, () => ({ before, after }))
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const before = known.get(key)
  if (before !== undefined) return before
  if (known.size >= maxRemembered) known.clear()
  const made = make()
  known.set(key, made)
  return made
}
