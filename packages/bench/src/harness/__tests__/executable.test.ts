// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { isAbsolute } from 'node:path'
import { findExecutable } from '../executable'

describe('a program', () => {
  it('that is on the PATH is found with its folder', () => {
    const found = findExecutable('node') ?? ''
    expect(isAbsolute(found)).toBe(true)
  })

  it('that is nowhere is not found', () => {
    expect(findExecutable('no-such-program-anywhere')).toBeUndefined()
  })
})
