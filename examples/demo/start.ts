// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

console.error('demo not written yet')
process.exitCode = 1
