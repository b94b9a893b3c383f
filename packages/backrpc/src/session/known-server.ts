// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { HelloFields } from '../wire/message'

/** The server that a client has had a session with last, by what its hellos say. */
export class KnownServer {
  /** Of its run, '' before the first hello. */
  id = ''
  /** Of the session, '' before the first and where it knows none. */
  sessionId = ''
  /** The largest that a server has said. */
  epoch: number | undefined
  /** It said that it does not know us. */
  forgotten = false

  /** It is of 0.8 or later. */
  get knowsSessions(): boolean {
    return this.sessionId !== ''
  }

  /** It is of 0.7: it knows no sessions, and asks nothing twice. */
  get is07(): boolean {
    return this.id !== '' && this.sessionId === ''
  }

  /** That is the id of another run. */
  isOther(id: string): boolean {
    return this.id !== '' && id !== this.id
  }

  /** Whoever says that has been replaced by a later run; of others it is noted. */
  isReplaced({ epoch }: HelloFields): boolean {
    if (epoch === undefined) return false
    if (this.epoch !== undefined && epoch < this.epoch) return true
    this.epoch = epoch
    return false
  }

  /** The hello is of this session, as far as it says. */
  isSame(id: string, { session }: HelloFields): boolean {
    if (id !== this.id) return false
    return session === undefined ? this.sessionId === '' && !this.forgotten : session === this.sessionId
  }

  /** A session with that one begins. */
  begin(id: string, { session = '' }: HelloFields): void {
    this.id = id
    this.sessionId = session
  }
}
