// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Marks of texts on a terminal. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
}

const same = (text: string): string => text

export const plainStyle: Style = { bold: same, dim: same, red: same, green: same, yellow: same }

function marked(on: number, off: number): (text: string) => string {
  return (text) => `\u001b[${on}m${text}\u001b[${off}m`
}

export const colourStyle: Style = {
  bold: marked(1, 22),
  dim: marked(2, 22),
  red: marked(31, 39),
  green: marked(32, 39),
  yellow: marked(33, 39)
}
