// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/**
 * Whether two values are of the same kind and say the same, entry by entry in the same order. The comparison of
 * `node:util` finds invalid dates different from each other, and takes the square of the size for sets of objects.
 */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false
  if (one instanceof Date) return Object.is(one.getTime(), (other as Date).getTime())
  if (one instanceof Uint8Array) return Buffer.compare(one, other as Uint8Array) === 0
  if (Array.isArray(one)) return isSameList(one, other as unknown[])
  if (one instanceof Map) return isSameList([...one].flat(), [...(other as typeof one)].flat())
  if (one instanceof Set) return isSameList([...one], [...(other as typeof one)])
  return isSameList(members(one), members(other))
}

/** Names and values; a member that is `undefined` is as good as none, and does not travel. */
function members(one: object): unknown[] {
  return Object.entries(one)
    .filter(([, value]) => value !== undefined)
    .flat()
}

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((each, index) => isSame(each, other[index]))
}
