// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// eslint-disable-next-line no-control-regex -- those are meant
const unseen = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** What a peer sent may carry codes that move the cursor, turn the line around, or are not seen: shown as they are named. */
export function printable(text: string): string {
  return text.replace(unseen, (char) => {
    return char === '\n' ? ' ' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** `850 ms`, `12 s`, `5 min`, `3 h`, `2 d`. */
export function span(ms: number): string {
  if (ms < 0) return `-${span(-ms)}`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`
  if (ms < 2 * 3_600_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 48 * 3_600_000) return `${Math.round(ms / 3_600_000)} h`
  return `${Math.round(ms / 86_400_000)} d`
}

/** `2026-01-02 03:04:05 UTC`. */
export function time(unixMs: number): string {
  return Number.isFinite(unixMs) ? `${new Date(unixMs).toISOString().slice(0, 19).replace('T', ' ')} UTC` : '?'
}

/** `12.3 MiB`. */
export function bytes(count: number): string {
  return `${(count / 1024 / 1024).toFixed(1)} MiB`
}

/** `1 container`, `2 containers`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
