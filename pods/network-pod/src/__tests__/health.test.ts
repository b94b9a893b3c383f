// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { healthAddress } from '../health'

describe('health address', () => {
  it.each([
    ['*', '127.0.0.1'],
    ['0.0.0.0', '127.0.0.1'],
    ['::', '127.0.0.1'],
    ['::1', '::1'],
    ['10.0.0.5', '10.0.0.5'],
    ['localhost', 'localhost']
  ])('of a coordinator on %s is %s', (host, expected) => {
    expect(healthAddress(host)).toBe(expected)
  })
})
