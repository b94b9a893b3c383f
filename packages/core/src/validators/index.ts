// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

export * from './agent-params'
export { readCoordinatorParams } from './coordinator-params'
export { readContainerRecord, readReminder } from './records'
export { readWaitVerdict } from './waits'
