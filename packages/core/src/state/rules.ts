// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Adoption } from './adoption'
import { AgentRules } from './agent-rules'
import { ClientRules } from './client-rules'
import { Draining } from './draining'
import { Endings } from './endings'
import { Lifecycle } from './lifecycle'
import { OperatorRules } from './operator-rules'
import { Placement } from './placement'
import { Rebalancing } from './rebalancing'
import { Recovery } from './recovery'
import { Registrations } from './registrations'
import { Starting } from './starting'
import { Supervision } from './supervision'
import type { Tables } from './tables'

/** The rules by which the coordinator's tables change, and which of them makes use of which. */
export class Rules {
  readonly lifecycle: Lifecycle
  readonly placement: Placement
  readonly supervision: Supervision
  readonly recovery: Recovery
  readonly draining: Draining
  readonly endings: Endings
  readonly starting: Starting
  readonly rebalancing: Rebalancing
  readonly agents: AgentRules
  readonly registrations: Registrations
  readonly clients: ClientRules
  readonly operators: OperatorRules

  constructor(tables: Tables) {
    this.lifecycle = new Lifecycle(tables)
    this.placement = new Placement(tables, this.lifecycle)
    this.supervision = new Supervision(tables, this.lifecycle)
    this.recovery = new Recovery(tables, this.lifecycle)
    this.draining = new Draining(tables, this.supervision)
    const adoption = new Adoption(tables, this.lifecycle, this.supervision)
    this.endings = new Endings(tables, this.lifecycle, adoption)
    this.starting = new Starting(tables, this.lifecycle, this.placement, this.endings)
    this.rebalancing = new Rebalancing(tables, this.supervision)
    this.agents = new AgentRules(tables, this.lifecycle, adoption, this.endings, this.draining, this.rebalancing)
    this.registrations = new Registrations(tables, this.agents)
    this.clients = new ClientRules(tables, this.lifecycle, this.placement, this.registrations)
    this.operators = new OperatorRules(tables, this.supervision)
  }
}
