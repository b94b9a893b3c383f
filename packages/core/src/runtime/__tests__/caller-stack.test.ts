// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { tellsPerWindow, toCaller } from '../caller-stack'

let now = performance.now() + 1e9

beforeEach(() => {
  now += 1_000
  jest.spyOn(performance, 'now').mockImplementation(() => now)
})

afterEach(() => jest.restoreAllMocks())

/** What is asked, and fails when that is called. */
function question(): { answer: Promise<unknown>; fail(error: unknown): void } {
  let settle = (_value: unknown): void => {}
  const answer = new Promise((resolve) => (settle = resolve))
  return { answer, fail: (error) => settle(toCaller(error)) }
}

async function aUsersFunction(answer: Promise<unknown>): Promise<string> {
  try {
    await answer
    return 'it did not fail'
  } catch (error) {
    return String((error as Error).stack)
  }
}

const isTold = (stack: string): boolean => /at (async )?aUsersFunction/.test(stack)

describe('the caller of what fails', () => {
  test('is told, also through functions in between; the error is the same one', async () => {
    const { answer, fail } = question()
    const between = async (): Promise<unknown> => await answer
    const told = aUsersFunction(between())
    const error = new Error('lost')
    fail(error)
    expect(isTold(await told)).toBe(true)
    await expect(answer).rejects.toBe(error)
  })

  test('is not told where nobody awaits it, nor of what is no error', async () => {
    const { answer, fail } = question()
    const error = new Error('lost')
    const { stack } = error
    fail(error)
    await answer.catch(() => {})
    expect(isTold(error.stack ?? '')).toBe(false)
    expect(error.stack).toContain(stack)
    await expect(toCaller('text')).rejects.toBe('text')
  })

  test('is none where several wait for one error', async () => {
    const [one, other] = [question(), question()]
    const error = new Error('lost')
    const { stack } = error
    const told = [aUsersFunction(one.answer), aUsersFunction(other.answer)]
    one.fail(error)
    other.fail(error)
    await Promise.all(told)
    expect(error.stack).toBe(stack)
  })

  test('is told to the first of a crowd, and again when that is over', async () => {
    const crowd = async (size: number): Promise<number> => {
      const stacks = Array.from({ length: size }, async () => {
        const { answer, fail } = question()
        const told = aUsersFunction(answer)
        fail(new Error('lost'))
        return await told
      })
      return (await Promise.all(stacks)).filter(isTold).length
    }
    expect(await crowd(tellsPerWindow + 20)).toBe(tellsPerWindow)
    expect(await crowd(1)).toBe(0)
    now += 100
    expect(await crowd(3)).toBe(3)
  })
})
