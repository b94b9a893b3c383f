// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { AnswerRoom, type Guest } from '../answer-room'

describe('room for answers in parts', () => {
  const admitted: string[] = []
  const guest = (name: string, bytes: number): Guest => ({ bytes, admitted: () => admitted.push(name) })

  beforeEach(() => {
    admitted.length = 0
  })

  it('is less while answers that were passed on are not read, but one goes always', () => {
    const room = new AnswerRoom(1_000)
    const first = guest('first', 5_000)
    room.take(900)
    for (const each of [first, guest('second', 200), guest('third', 200)]) room.enter(each)
    expect(admitted).toEqual(['first'])
    room.leave(first)
    expect(admitted).toEqual(['first', 'second'])
    room.take(-900)
    expect(admitted).toEqual(['first', 'second', 'third'])
  })
})
