// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where servers live that are not on everybody's PATH. */
const ALSO = ['/usr/sbin', '/usr/local/sbin']

/** The program of that name on the PATH, if there is one. */
export function findExecutable(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...ALSO].filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
