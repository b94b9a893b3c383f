// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { formatAddress, parseAddresses } from '../address'

const coordinator = { defaultPort: 3737 }
const agent = { defaultPort: 3738, anyPort: true }

describe('addresses', () => {
  test.each([
    ['host', [{ host: 'host', port: 3737 }]],
    ['host:1', [{ host: 'host', port: 1 }]],
    ['my-host.example.org:65535', [{ host: 'my-host.example.org', port: 65535 }]],
    ['my_service', [{ host: 'my_service', port: 3737 }]],
    ['127.0.0.1:4000', [{ host: '127.0.0.1', port: 4000 }]],
    ['[::1]:3737', [{ host: '::1', port: 3737 }]],
    ['[fe80::1%eth0]', [{ host: 'fe80::1%eth0', port: 3737 }]],
    [
      'a:1, b',
      [
        { host: 'a', port: 1 },
        { host: 'b', port: 3737 }
      ]
    ]
  ])("reads '%s'", (url, addresses) => {
    expect(parseAddresses(url, coordinator)).toEqual(addresses)
  })

  test.each([
    ['', 'an address is empty'],
    ['a,,b', 'an address is empty'],
    ['tcp://a:1', 'it has a scheme'],
    ['a:', "'' is no port from 1 to 65535"],
    ['a:0', "'0' is no port from 1 to 65535"],
    ['a:65536', "'65536' is no port"],
    ['a:1x', "'1x' is no port"],
    ['a:-1', "'-1' is no port"],
    ['a b', "'a b' is no host"],
    ['-a', "'-a' is no host"],
    ['*', "'*' is no host"],
    [':3737', "'' is no host"],
    ['::1', 'an IPv6 address needs brackets'],
    ['[::1', 'the IPv6 address is malformed'],
    ['[host]:1', 'the IPv6 address is malformed'],
    ['[::1]3737', "'3737' follows the IPv6 address"]
  ])("refuses '%s', saying why", (url, why) => {
    expect(() => parseAddresses(url, coordinator)).toThrow(why)
    expect(() => parseAddresses(url, coordinator)).toThrow(`'${url}'`)
  })

  test('refuses what is not text', () => {
    expect(() => parseAddresses(undefined as unknown as string, coordinator)).toThrow('not text')
  })

  test('takes port 0 where the system may choose', () => {
    expect(parseAddresses('a:0', agent)).toEqual([{ host: 'a', port: 0 }])
  })

  test('writes IPv6 addresses in brackets', () => {
    expect(formatAddress({ host: '::1', port: 1 })).toBe('[::1]:1')
    expect(formatAddress({ host: 'a', port: 1 })).toBe('a:1')
  })
})
