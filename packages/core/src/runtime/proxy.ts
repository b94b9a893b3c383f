// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- methods of users' own services: the signatures are fixed since 0.7 */
import type { CastOptions, RequestHandler, StreamHandler } from '../api/client'
import { checkArray, checkMethods, checkObject, checkOptions, refuseArgument } from '../arguments'
import { NetworkError } from '../errors'

/** An object whose methods are called from elsewhere. */
export type ServiceImplementation = Record<string, (...args: any[]) => any>

/**
 * An object every method of which is a request: `proxy.add(1, 2)` sends `add` (or `interfaceName.add`) with `[1, 2]`.
 * It can be awaited, printed and put into JSON: symbols, `then` and `toJSON` are no methods.
 *
 * @param options its `streams`: names of methods that are streams, where the handler has any
 */
export function createProxy<T>(
  handler: RequestHandler & Partial<StreamHandler>,
  interfaceName?: string,
  options: CastOptions<T> = {}
): T {
  checkMethods(handler, 'the handler of a proxy', ['request'])
  const prefix = prefixOf(interfaceName)
  const { streams } = checkOptions(options ?? undefined, 'the options of a proxy')
  const streaming = new Set<PropertyKey>(streams === undefined ? [] : checkArray(streams, 'streams'))
  const methods = new Map<string, (...params: unknown[]) => unknown>()
  // Without a prototype: nothing is answered from it in place of the remote method.
  const target = Object.create(null) as object
  return new Proxy(target, {
    get(_target, name) {
      if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') return undefined
      let method = methods.get(name)
      if (method === undefined) {
        method = streaming.has(name)
          ? (...params) => streamOf(handler, prefix + name, params)
          : async (...params) => (await handler.request(prefix + name, params)) as unknown
        methods.set(name, method)
      }
      return method
    }
  }) as T
}

function streamOf(handler: Partial<StreamHandler>, method: string, params: unknown[]): AsyncIterable<unknown> {
  if (handler.stream !== undefined) return handler.stream(method, params)
  throw new NetworkError('UNKNOWN_OPERATION', `'${method}' cannot be called: its handler has no streams`)
}

/**
 * Calls the method that was asked for. Only methods of the object itself and of its classes can be called: no
 * constructor, nothing inherited from `Object`, no accessor. Others fail with `UNKNOWN_OPERATION`.
 */
export async function handleProxyCall(
  impl: object,
  method: string,
  params: any[] | undefined,
  interfaceName?: string
): Promise<any> {
  return await find(impl, method, interfaceName).apply(impl, argumentsOf(params))
}

/** {@link handleProxyCall} for a method that answers with a stream; any other fails with `UNKNOWN_OPERATION`. */
export function handleProxyStream(
  impl: object,
  method: string,
  params: any[] | undefined,
  interfaceName?: string
): AsyncIterable<any> {
  const items: unknown = find(impl, method, interfaceName).apply(impl, argumentsOf(params))
  if (typeof (items as Partial<AsyncIterable<unknown>> | undefined)?.[Symbol.asyncIterator] === 'function') {
    return items as AsyncIterable<unknown>
  }
  throw new NetworkError('UNKNOWN_OPERATION', `Method '${method}' of the service implementation is no stream`)
}

/** {@link handleProxyCall} as a function, to be called with what `request` of a container is given. */
export function createProxyHandler(
  impl: object,
  interfaceName?: string
): (method: string, params?: any[]) => Promise<any> {
  checkImplementation(impl)
  return async (method, params) => await handleProxyCall(impl, method, params, interfaceName)
}

/** Protocol 1 carries no parameters as `null`; who called by hand may have sent one value. */
function argumentsOf(params: unknown): unknown[] {
  if (params === undefined || params === null) return []
  return Array.isArray(params) ? params : [params]
}

function find(impl: object, method: string, interfaceName: string | undefined): (...args: unknown[]) => unknown {
  checkImplementation(impl)
  if (typeof method !== 'string') refuseArgument('method', method, 'text')
  const prefix = prefixOf(interfaceName)
  const name = method.startsWith(prefix) ? method.slice(prefix.length) : undefined
  const called = name === undefined ? undefined : methodOf(impl, name)
  if (called !== undefined) return called
  throw new NetworkError('UNKNOWN_OPERATION', `Method '${name ?? method}' not found in service implementation`)
}

/** A function may have methods, too. */
function checkImplementation(impl: object): void {
  if (typeof impl !== 'function') checkObject(impl, 'the service implementation')
}

function prefixOf(interfaceName: string | undefined): string {
  return interfaceName === undefined || interfaceName === '' ? '' : `${interfaceName}.`
}

function methodOf(impl: object, name: string): ((...args: unknown[]) => unknown) | undefined {
  if (name === 'constructor' || name === '__proto__') return undefined
  for (let holder: object | null = impl; holder !== null && !isRoot(holder); holder = Object.getPrototypeOf(holder)) {
    const own = Object.getOwnPropertyDescriptor(holder, name)
    if (own !== undefined) return typeof own.value === 'function' ? own.value : undefined
  }
  return undefined
}

/** `Object.prototype` and `Function.prototype`, of any realm: what has no prototype but a constructor. */
function isRoot(holder: object): boolean {
  if (holder === Function.prototype) return true
  return Object.getPrototypeOf(holder) === null && Object.hasOwn(holder, 'constructor')
}
