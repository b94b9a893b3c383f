// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { GROWTH } from '../../wire/zmtp-frame-decoder'
import { ZmtpIntake } from '../zmtp-intake'
import { zmtpSettings as settings } from '../zmtp-settings'

interface Under {
  readonly intake: ZmtpIntake
  readonly chunks: Uint8Array[]
  readonly filled: number[]
  /** Where the reader wants the next bytes. */
  wants(gap: Uint8Array | undefined): void
  /** Puts that text where the intake says. */
  comes(text: string): void
}

function underTest(): Under {
  const intake = new ZmtpIntake()
  const chunks: Uint8Array[] = []
  const filled: number[] = []
  let gap: Uint8Array | undefined
  intake.reader = {
    get gap() {
      return gap
    },
    filled: (bytes) => filled.push(bytes),
    received: (chunk) => chunks.push(chunk)
  }
  const comes = (text: string): void => {
    const bytes = Buffer.from(text)
    intake.room().set(bytes)
    intake.came(bytes.length)
  }
  return { intake, chunks, filled, comes, wants: (next) => (gap = next) }
}

describe('zmtp intake', () => {
  it('hands on what comes, and uses no memory twice', () => {
    const { chunks, comes } = underTest()
    const sent = Array.from({ length: 100 }, (_, n) => `${n}`.padStart(1 + ((n * 379) % 4_000), '.'))
    for (const text of sent) comes(text)
    expect(chunks.map((chunk) => Buffer.from(chunk).toString())).toEqual(sent)
  })

  it('puts what belongs somewhere there', () => {
    const { chunks, filled, comes, wants } = underTest()
    comes('head')
    const body = Buffer.alloc(8)
    wants(body)
    comes('four')
    wants(body.subarray(4))
    comes('more')
    wants(undefined)
    comes('tail')
    expect(body.toString()).toBe('fourmore')
    expect(filled).toEqual([4, 4])
    expect(chunks.map((chunk) => Buffer.from(chunk).toString())).toEqual(['head', 'tail'])
  })

  it('takes what comes over several connections apart, as it came', () => {
    const [one, other] = [underTest(), underTest()]
    const { readBytes } = settings
    one.intake.room()
    other.intake.room()
    one.comes('first')
    other.comes('second')
    one.comes('x'.repeat(readBytes))
    other.comes('third')
    const texts = ({ chunks }: Under): string[] => chunks.map((chunk) => Buffer.from(chunk).toString())
    expect(texts(one)).toEqual(['first', 'x'.repeat(readBytes)])
    expect(texts(other)).toEqual(['second', 'third'])
  })

  it('reads little behind a large body, where the header of another is likely, and enough to set memory aside for it', () => {
    const { intake, comes, wants } = underTest()
    const { minHeaderReadBytes, maxHeaderReadBytes, readBytes } = settings
    const body = (bytes: number): void => {
      wants(Buffer.alloc(bytes))
      comes('x'.repeat(bytes))
      wants(undefined)
    }
    intake.room()
    body(64 * 1024)
    expect(intake.room()).toHaveLength(minHeaderReadBytes)
    body(1024 * 1024)
    expect(intake.room()).toHaveLength((1024 * 1024) / GROWTH)
    body(4 * 1024 * 1024)
    expect(intake.room()).toHaveLength(maxHeaderReadBytes)
    comes('something small')
    expect(intake.room()).toHaveLength(readBytes)
  })
})
