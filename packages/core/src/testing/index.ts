// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

export { deferred, type Deferred } from './deferred'
export { EchoContainer, EchoFactory, type EchoAnswer, type EchoBehaviour } from './echo-container'
export { FakeTickManager } from './fake-tick-manager'
