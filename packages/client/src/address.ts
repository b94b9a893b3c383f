// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '@hcengineering/network-core'

/** Where something listens. An IPv6 address stands without its brackets. */
export interface Address {
  readonly host: string
  readonly port: number
}

const expected = "'host', 'host:port' or '[IPv6]:port'"

/** Letters, digits, dots, hyphens and underscores: what names and IPv4 addresses are made of. */
const hostPattern = /^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?$/

const ipv6Pattern = /^[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?$/

/** How to read a url. */
export interface AddressRules {
  /** Where the url names no port. */
  readonly defaultPort: number
  /** 0 is a port: the system chooses. */
  readonly anyPort?: boolean
}

/** Reads `'a:3737,b:3737'`: one or more addresses. `INVALID_ARGUMENT` names what was wrong and what is expected. */
export function parseAddresses(url: string, rules: AddressRules): [Address, ...Address[]] {
  if (typeof url !== 'string') throw refusal(String(url), 'it is not text')
  const [first, ...others] = url.split(',').map((part) => parseAddress(part.trim(), url, rules))
  return [first, ...others]
}

function parseAddress(part: string, url: string, rules: AddressRules): Address {
  if (part === '') throw refusal(url, 'an address is empty')
  if (part.includes('://')) throw refusal(url, 'it has a scheme')
  if (part.startsWith('[')) {
    const end = part.indexOf(']')
    const host = part.slice(1, end)
    if (end < 0 || !host.includes(':') || !ipv6Pattern.test(host)) throw refusal(url, 'the IPv6 address is malformed')
    const rest = part.slice(end + 1)
    if (rest !== '' && !rest.startsWith(':')) throw refusal(url, `'${rest}' follows the IPv6 address`)
    return { host, port: rest === '' ? rules.defaultPort : parsePort(rest.slice(1), url, rules) }
  }
  const [host, port, ...rest] = part.split(':')
  if (rest.length > 0) throw refusal(url, 'an IPv6 address needs brackets')
  if (!hostPattern.test(host)) throw refusal(url, `'${host}' is no host`)
  return { host, port: port === undefined ? rules.defaultPort : parsePort(port, url, rules) }
}

function parsePort(text: string, url: string, rules: AddressRules): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN
  const lowest = rules.anyPort === true ? 0 : 1
  if (port >= lowest && port <= 65535) return port
  throw refusal(url, `'${text}' is no port from ${lowest} to 65535`)
}

function refusal(url: string, problem: string): NetworkError {
  return new NetworkError('INVALID_ARGUMENT', `Bad address '${url}': ${problem}; expected ${expected}`)
}

/** `host:port`, with brackets where the host is an IPv6 address. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
