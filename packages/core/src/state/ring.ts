// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

interface Node<T> {
  readonly value: T
  next: Node<T>
  previous: Node<T>
}

/** Takes turns: every operation costs the same whatever the number of members. */
export class Ring<T> {
  private readonly nodes = new Map<T, Node<T>>()
  private cursor: Node<T> | undefined

  get size(): number {
    return this.nodes.size
  }

  has(value: T): boolean {
    return this.nodes.has(value)
  }

  /** A new member comes last. */
  add(value: T): void {
    if (this.nodes.has(value)) return
    const node = { value } as Node<T>
    const before = this.cursor
    if (before === undefined) {
      node.next = node.previous = node
      this.cursor = node
    } else {
      node.next = before
      node.previous = before.previous
      before.previous.next = node
      before.previous = node
    }
    this.nodes.set(value, node)
  }

  delete(value: T): void {
    const node = this.nodes.get(value)
    if (node === undefined) return
    this.nodes.delete(value)
    node.previous.next = node.next
    node.next.previous = node.previous
    if (this.cursor === node) this.cursor = node.next === node ? undefined : node.next
  }

  /** The member whose turn it is; it comes last from now on. */
  next(): T | undefined {
    const node = this.cursor
    this.cursor = node?.next
    return node?.value
  }

  values(): IterableIterator<T> {
    return this.nodes.keys()
  }
}
