// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { createHook } from 'node:async_hooks'
import { currentProcess } from './place'

/** What Node calls the beginnings of work that ends in real time, by what they are to people. */
const realWork: ReadonlyMap<string, string> = new Map([
  ['FSREQCALLBACK', 'uses the file system'],
  ['FSREQPROMISE', 'uses the file system'],
  ['STATWATCHER', 'watches a file'],
  ['FSEVENTWRAP', 'watches a file'],
  ['TCPWRAP', 'opens a socket'],
  ['TCPSERVERWRAP', 'listens at a socket'],
  ['PIPECONNECTWRAP', 'opens a socket'],
  ['UDPWRAP', 'opens a socket'],
  ['GETADDRINFOREQWRAP', 'looks up a host'],
  ['QUERYWRAP', 'looks up a host'],
  ['PROCESSWRAP', 'starts a process'],
  ['WORKER', 'starts a thread'],
  ['ZLIB', 'compresses in the background'],
  ['PBKDF2REQUEST', 'derives a key in the background'],
  ['SCRYPTREQUEST', 'derives a key in the background'],
  ['RANDOMBYTESREQUEST', 'makes random bytes in the background'],
  ['KEYPAIRGENREQUEST', 'makes keys in the background'],
  ['HASHREQUEST', 'hashes in the background'],
  ['SIGNREQUEST', 'signs in the background'],
  ['Timeout', 'starts a real timer, by a reference to it that is older than the network']
])

/** Tells of real work that code of the network begins; the answer ends that. */
export function watchRealWork(found: (process: string, error: Error) => void): () => void {
  const hook = createHook({
    init: (_id, type) => {
      const what = realWork.get(type)
      const process = what === undefined ? undefined : currentProcess()
      if (process === undefined) return
      const why = 'nothing in a test network may wait for real time: give your container a stand-in for it'
      found(process.name, new Error(`It ${what} (${type}); ${why}`))
    }
  })
  hook.enable()
  return () => {
    hook.disable()
  }
}
