// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { NetworkError } from '../../errors'
import { createProxy, createProxyHandler, handleProxyCall } from '../proxy'

interface Calculator {
  add(a: number, b: number): Promise<number>
  name(): Promise<string>
  fail(): Promise<void>
}

class Base {
  inherited(): string {
    return 'from the base class'
  }
}

class CalculatorImpl extends Base {
  readonly title = 'calculator'
  private readonly secret = (): string => 'own function'
  get accessor(): () => string {
    return () => 'accessor'
  }
  add(a: number, b: number): number {
    return a + b
  }
  name(): string {
    return this.title + (this.secret === undefined ? '' : '')
  }
  fail(): void {
    throw new Error('no')
  }
}

describe('createProxy', () => {
  const impl = new CalculatorImpl()

  it('sends calls as requests, with the name of the interface before the method', async () => {
    const request = jest.fn(async (method: string, params: unknown[]) => [method, params])
    expect(await createProxy<Calculator>({ request }).add(1, 2)).toEqual(['add', [1, 2]])
    expect(await createProxy<Calculator>({ request }, 'calc').name()).toEqual(['calc.name', []])
  })

  it('speaks with a handler on the other side', async () => {
    const handler = createProxyHandler(impl, 'calc')
    const calculator = createProxy<Calculator>({ request: handler }, 'calc')
    expect(await calculator.add(1, 2)).toBe(3)
    expect(await calculator.name()).toBe('calculator')
    await expect(calculator.fail()).rejects.toThrow('no')
  })

  it('can be awaited, printed and compared without a request', async () => {
    const request = jest.fn(async () => 'asked')
    const proxy = createProxy<Record<PropertyKey, unknown>>({ request })
    expect(proxy.then).toBeUndefined()
    expect(JSON.stringify({ proxy })).toBe('{"proxy":{}}')
    expect(await (async () => proxy)()).toBe(proxy)
    expect(proxy[Symbol.toPrimitive]).toBeUndefined()
    expect(proxy.add).toBe(proxy.add)
    expect(request).not.toHaveBeenCalled()
  })

  it('sends what objects usually inherit too', async () => {
    const request = jest.fn(async (method: string) => method)
    const proxy = createProxy<Record<string, () => Promise<string>>>({ request })
    expect(await proxy.toString()).toBe('toString')
    expect(await proxy.constructor()).toBe('constructor')
  })
})

describe('handleProxyCall', () => {
  const impl = new CalculatorImpl()

  it('calls methods of the object, its class and the classes above', async () => {
    expect(await handleProxyCall(impl, 'add', [1, 2])).toBe(3)
    expect(await handleProxyCall(impl, 'inherited', [])).toBe('from the base class')
    expect(await handleProxyCall({ hello: async () => 'literal' }, 'hello', undefined)).toBe('literal')
    expect(await handleProxyCall(Object.assign(Object.create(null) as object, { x: () => 1 }), 'x', [])).toBe(1)
  })

  it('takes null for no parameters, and a value for one', async () => {
    const impl1 = { count: (...args: unknown[]) => args }
    expect(await handleProxyCall(impl1, 'count', null as never)).toEqual([])
    expect(await handleProxyCall(impl1, 'count', 5 as never)).toEqual([5])
  })

  it.each([
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__defineGetter__',
    'title',
    'accessor',
    'missing',
    ''
  ])("refuses '%s'", async (method) => {
    const refusal = { code: 'UNKNOWN_OPERATION', message: `Method '${method}' not found in service implementation` }
    await expect(handleProxyCall(impl, method, [])).rejects.toMatchObject(refusal)
    await expect(handleProxyCall(impl, method, [])).rejects.toBeInstanceOf(NetworkError)
  })

  it('refuses methods of another interface', async () => {
    expect(await handleProxyCall(impl, 'calc.add', [1, 2], 'calc')).toBe(3)
    await expect(handleProxyCall(impl, 'add', [1, 2], 'calc')).rejects.toMatchObject({ code: 'UNKNOWN_OPERATION' })
    await expect(handleProxyCall(impl, 'other.add', [1, 2], 'calc')).rejects.toMatchObject({
      code: 'UNKNOWN_OPERATION'
    })
  })

  it('does not reach into functions', async () => {
    await expect(handleProxyCall(() => 1, 'call', [])).rejects.toMatchObject({ code: 'UNKNOWN_OPERATION' })
  })
})
