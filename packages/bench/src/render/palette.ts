// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Colours that people with and without colour blindness tell apart (Okabe and Ito), ours first. */
const ours = ['#d55e00', '#e69f00'] as const
const theirs = ['#0072b2', '#009e73', '#56b4e9', '#cc79a7', '#555555', '#999999'] as const

/** A colour for each of them, in their order. */
export function coloursOf(items: readonly { readonly ours?: boolean }[]): string[] {
  let own = 0
  let other = 0
  return items.map((item) => (item.ours === true ? ours[own++ % ours.length] : theirs[other++ % theirs.length]))
}

export const ink = { text: '#222222', faint: '#666666', grid: '#dddddd', axis: '#888888' } as const
