// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Child } from '../harness/child'
import { COLLECTABLE } from '../harness/processes'
import type { AgentsCommands, AgentsStart } from '../programs/agents'
import type { ClientsCommands } from '../programs/clients'
import type { CoordinatorCommands, CoordinatorOptions } from '../programs/coordinator'
import type { ProberCommands } from '../programs/prober'
import type { CoordinatorAddress } from '../systems/connect'
import type { ScenarioContext } from './scenario'

/** A coordinator, and processes that find it. */
export class World {
  private constructor(
    private readonly context: ScenarioContext,
    public coordinator: Child<CoordinatorCommands>,
    readonly coordinatorPort: number,
    private readonly options: CoordinatorOptions
  ) {}

  static async start(context: ScenarioContext, options: CoordinatorOptions = {}): Promise<World> {
    const { coordinator, port } = await context.processes.coordinator(options)
    return new World(context, coordinator, port, options)
  }

  /** Where its processes find the coordinator. */
  get address(): CoordinatorAddress {
    return { coordinatorPort: this.coordinatorPort, transport: this.context.processes.transport }
  }

  /** A process of that many agents. */
  async agents(
    agents: number = 1,
    options: Omit<AgentsStart, 'agents' | keyof CoordinatorAddress> = {}
  ): Promise<Child<AgentsCommands>> {
    const child = this.context.processes.child<AgentsCommands>('agents', 'agents', COLLECTABLE)
    await child.call('start', { ...this.address, ...options, agents })
    return child
  }

  /** A process of that many clients. */
  async clients(
    clients: number = 1,
    role: string = 'clients',
    flags?: readonly string[]
  ): Promise<Child<ClientsCommands>> {
    const child = this.context.processes.child<ClientsCommands>(role, 'clients', flags)
    await child.call('start', { ...this.address, clients })
    return child
  }

  async prober(): Promise<Child<ProberCommands>> {
    const child = this.context.processes.child<ProberCommands>('prober', 'prober')
    await child.call('start', this.address)
    return child
  }

  /** Another coordinator on the same port; the one before must be gone. */
  async restartCoordinator(): Promise<void> {
    const { coordinator } = await this.context.processes.coordinator({
      ...this.options,
      port: this.coordinatorPort
    })
    this.coordinator = coordinator
  }
}
