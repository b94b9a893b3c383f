// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/**
 * First byte of an encoded value. Append-only: a byte not listed here is refused. Integers are little-endian; a length is
 * a varint (seven bits a byte, low first, at most 2^32 - 1), a count of four bytes is filled in after what it counts.
 */
export const tags = {
  /** 0x00–0x7f: the integer itself. */
  maxSmallInteger: 0x7f,
  /** 0x80–0x9f: text of up to 31 Latin-1 characters. */
  shortText: 0x80,
  /** 0xa0–0xaf: array of up to 15 values. */
  shortArray: 0xa0,
  /** 0xb0–0xbf: object of up to 15 fields, each a text and a value. */
  shortObject: 0xb0,
  null: 0xc0,
  undefined: 0xc1,
  false: 0xc2,
  true: 0xc3,
  int8: 0xc4,
  int16: 0xc5,
  int32: 0xc6,
  /** Every other number: eight bytes, IEEE 754. */
  float64: 0xc7,
  /** Length, one byte a character. */
  latin1: 0xc8,
  /** Length in bytes, UTF-8. */
  utf8: 0xc9,
  /** Length in bytes, UTF-16 little-endian: text that has lone surrogates. */
  utf16: 0xca,
  /** Length, the values. */
  array: 0xcb,
  /** Count of four bytes, the fields. */
  object: 0xcc,
  /** Length, the bytes. */
  bytes: 0xcd,
  /** Milliseconds since 1970 as float64; NaN is the invalid date. */
  date: 0xce,
  /** Length, the magnitude's bytes, highest first. */
  positiveBigint: 0xcf,
  negativeBigint: 0xd0,
  /** Count of four bytes, key and value of each entry. */
  map: 0xd1,
  /** Count of four bytes, the values. */
  set: 0xd2
} as const

export const sizes = {
  /** Characters of the longest text whose length is in the tag. */
  shortText: 31,
  /** Values or fields of the longest list whose length is in the tag. */
  shortList: 15,
  /** Longer text and bytes are written straight to where they end up, not by way of the scratch, and read as views. */
  large: 1024
} as const

/** Methods that every Buffer of Node has, next to `write` and `toString`, without their dispatch on the encoding's name. */
export interface RawBuffer extends Buffer {
  latin1Write(text: string, offset: number, length: number): number
  utf8Write(text: string, offset: number, length: number): number
  latin1Slice(start: number, end: number): string
  utf8Slice(start: number, end: number): string
}
