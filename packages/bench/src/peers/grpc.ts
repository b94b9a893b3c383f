// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  credentials,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  type Client,
  type MethodDefinition,
  type requestCallback,
  type ServiceDefinition,
  type UntypedServiceImplementation
} from '@grpc/grpc-js'
import type { EchoSystem, EchoValue } from '../systems/echo-system'

const serialize = (value: EchoValue): Buffer => Buffer.from(JSON.stringify(value))
const deserialize = (bytes: Buffer): EchoValue => JSON.parse(bytes.toString()) as EchoValue

const say: MethodDefinition<EchoValue, EchoValue> = {
  path: '/bench.Echo/Say',
  requestStream: false,
  responseStream: false,
  requestSerialize: serialize,
  requestDeserialize: deserialize,
  responseSerialize: serialize,
  responseDeserialize: deserialize
}

const service = { say } satisfies ServiceDefinition
const EchoService = makeGenericClientConstructor(service, 'Echo')

type Say = (value: EchoValue, done: requestCallback<EchoValue>) => void

const implementation: UntypedServiceImplementation = {
  say: (call: { request: EchoValue }, done: (error: null, value: EchoValue) => void) => done(null, call.request)
}

/** Unary calls of grpc-js, the same JSON inside. */
export const grpc: EchoSystem = {
  serve: async ({ port }) => {
    const server = new Server()
    server.addService(service, implementation)
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) => {
        if (error === null) resolve()
        else reject(error)
      })
    })
    return {
      close: async () => server.forceShutdown()
    }
  },
  connect: async ({ clientPort }) => {
    const client = new EchoService(`127.0.0.1:${clientPort}`, credentials.createInsecure()) as unknown as Client & {
      say: Say
    }
    return {
      echo: async (value) =>
        await new Promise((resolve, reject) => {
          client.say(value, (error, answer) => {
            if (error !== null) reject(error)
            else resolve(answer as EchoValue)
          })
        }),
      close: async () => client.close()
    }
  }
}
