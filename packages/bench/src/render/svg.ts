// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** Attributes of an element; numbers are written with two decimals at most. */
export type Attributes = Readonly<Record<string, string | number>>

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character])

const written = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 100) / 100) : escape(value)

/** One element; `content` is SVG already. */
export function element(name: string, attributes: Attributes, content: string = ''): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${written(value)}"`)
  return content === '' ? `<${name}${list.join('')}/>` : `<${name}${list.join('')}>${content}</${name}>`
}

/** A line of text, escaped. */
export function text(content: string, attributes: Attributes): string {
  return element('text', attributes, escape(content))
}

/** A whole drawing on white, in the reader's sans-serif font. */
export function drawing(width: number, height: number, title: string, parts: readonly string[]): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'font-family': 'Helvetica, Arial, sans-serif',
    'font-size': 12
  }
  const background = element('rect', { width, height, fill: '#ffffff' })
  return `${element('svg', attributes, ['', element('title', {}, escape(title)), background, ...parts, ''].join('\n'))}\n`
}
