// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { ContainerUuid } from '../api/identifiers'
import type { CallHop, ContainerWaits, WaitVerdict } from '../api/turns'
import { fields, integer, items, name, text } from './fields'

const callHop = (value: unknown): CallHop => {
  const read = fields(value, 'a call of a chain')
  return {
    uuid: name<ContainerUuid>(read.uuid, 'its uuid'),
    operation: name(read.operation, 'its operation'),
    turn: text(read.turn, 'its turn')
  }
}

export function containerWaits(value: unknown): ContainerWaits {
  const read = fields(value, 'the waits of a container')
  return {
    uuid: name<ContainerUuid>(read.uuid, 'uuid'),
    running: items(read.running, 'running').map((each) => {
      const { turn, operation } = fields(each, 'a turn')
      return { turn: text(turn, 'its id'), operation: name(operation, 'its operation') }
    }),
    waiting: items(read.waiting, 'waiting').map((each) => {
      const { id, operation, chain } = fields(each, 'a call that waits')
      return {
        id: text(id, 'its id'),
        operation: name(operation, 'its operation'),
        chain: items(chain, 'its chain').map(callHop)
      }
    })
  }
}

/** What the coordinator answers to `cw`. */
export function readWaitVerdict(value: unknown): WaitVerdict {
  const read = fields(value, 'the verdict')
  return {
    heard: integer(read.heard, 'heard'),
    deadlocks: items(read.deadlocks, 'deadlocks').map((each) => {
      const { uuid, id, cycle } = fields(each, 'a deadlock')
      return { uuid: name<ContainerUuid>(uuid, 'uuid'), id: text(id, 'its id'), cycle: text(cycle, 'its cycle') }
    })
  }
}
