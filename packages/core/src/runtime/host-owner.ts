// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { AgentEndpointRef, AgentUuid } from '../api/identifiers'
import type { HostedContainer } from './hosted-container'

/** Whom the host belongs to, and what that does when a container comes and goes. */
export interface HostOwner {
  readonly uuid: AgentUuid
  /** Handed to the factories; it may be known only later. */
  endpoint(): AgentEndpointRef | undefined
  hosted(hosted: HostedContainer): void
  /** Its end has begun. */
  ending(hosted: HostedContainer): void
  /** It was to end, cannot yet, and serves on. */
  postponed(): void
  /** It was to end, could not, and has now done what kept it. */
  finished(hosted: HostedContainer): void
  /** Out of the tables; its `terminate()` has ended, its `onTerminated()` comes next. */
  left(hosted: HostedContainer, wasActive: boolean): void
}
