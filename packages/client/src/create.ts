// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { randomUUID } from 'node:crypto'
import {
  AgentImpl,
  checkArray,
  checkFunction,
  checkName,
  checkObject,
  NetworkError,
  type AgentCapacity,
  type AgentEndpointRef,
  type AgentOptions,
  type AgentUuid,
  type Container,
  type ContainerEndpointRef,
  type ContainerFactories,
  type ContainerKind,
  type ContainerUuid,
  type DrainOptions,
  type DrainResult,
  type GetCallOptions,
  type GetOptions,
  type NetworkClient
} from '@hcengineering/network-core'
import { formatAddress, parseAddresses } from './address'
import { NetworkAgentServer, type AgentServerOptions } from './agent-server'
import type { DisposableReference } from './disposable'
import { internalTickManager } from './internal-ticks'
import { localAgentsOf } from './local-agents'
import { NetworkClientImpl } from './network-client'
import type { NetworkOperator } from './operator-calls'
import { defaultAgentPort, defaultCoordinatorPort, type NetworkClientOptions } from './options'
import { deferred } from './waits'

/** A container that exists already and is offered under a fixed uuid: the first agent to offer it is active, others stand by. */
export interface StatelessContainerConfig {
  uuid: ContainerUuid
  kind: ContainerKind
  endpoint: ContainerEndpointRef
  container: Container
}

/** Makes the stateless containers of an agent, once its endpoint is known. */
export type StatelessContainersFactory = (
  agentEndpoint: AgentEndpointRef
) => StatelessContainerConfig[] | Promise<StatelessContainerConfig[]>

/** What an agent can be told beyond its factories. */
export interface ServeAgentOptions extends Pick<AgentOptions, 'ownership' | 'ownershipByKind'> {
  /**
   * The name of the agent, by which placement speaks of it. One process's at a time: another that registers under it waits
   * until this one is gone, and is refused with `AGENT_ID_TAKEN` when it is not in time. Default: a random uuid.
   */
  agentId?: AgentUuid
  /** How many containers it takes; beyond, the network starts them elsewhere, or refuses with `CAPACITY`. Default: any number. */
  capacity?: AgentCapacity
}

/** A client that can serve agents of its own. */
export interface ClientWithAgents extends NetworkClient {
  /**
   * Starts a server and an agent behind it, and registers it. All of it ends with the client, or when it fails.
   *
   * @param endpointUrl `host[:3738]` under which other processes reach this one; port 0 lets the system choose
   */
  serveAgent(
    endpointUrl: string,
    factories: ContainerFactories,
    stateless?: StatelessContainersFactory,
    options?: ServeAgentOptions
  ): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
  [Symbol.dispose](): void
}

/** A client of which the agents can leave without anybody's noticing. */
export interface DrainableClient extends ClientWithAgents {
  /**
   * Empties its agents before it closes: the network starts nothing there any more, moves what is held to other agents and
   * ends the rest. No call fails of it. What nobody else offers stays, and serves until the client closes.
   */
  drain(options?: DrainOptions): Promise<DrainResult>
}

/** A client by which a network can be looked at and operated, as the command line does. */
export interface OperatorClient extends DrainableClient, NetworkOperator {
  /** As `NetworkClient` has it; the hold ends with its block, too: `await using room = await client.get('room', { uuid })`. */
  get(kind: ContainerKind, options: GetOptions, call?: GetCallOptions): Promise<DisposableReference>
}

/** Those who have not heard yet where a container went ask its agent, which tells them that it is not there. */
const farewellMs = 1000

const loopbackHosts: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1'])

class ClientWithAgentsImpl extends NetworkClientImpl implements OperatorClient {
  private readonly servers = new Set<NetworkAgentServer>()
  /** Rejects when the client closes. */
  private readonly end = deferred<never>()

  constructor(
    host: string,
    port: number,
    private readonly aliveTimeoutSeconds: number | undefined,
    private readonly given: NetworkClientOptions
  ) {
    super(host, port, internalTickManager(), aliveTimeoutSeconds, {
      localAgents: localAgentsOf(formatAddress({ host, port })),
      ...given
    })
  }

  async serveAgent(
    endpointUrl: string,
    factories: ContainerFactories,
    stateless?: StatelessContainersFactory,
    options: ServeAgentOptions = {}
  ): Promise<void> {
    checkObject(options, 'the options of an agent')
    if (stateless !== undefined) checkFunction(stateless, 'stateless')
    const { socketOptions, logger } = this.given
    const { agent, server } = createAgent(endpointUrl, factories, {
      ...options,
      socketOptions,
      logger,
      aliveTimeoutSeconds: this.aliveTimeoutSeconds
    })
    this.servers.add(server)
    try {
      await server.start(agent)
      for (const config of stateless === undefined ? [] : await this.madeBy(stateless, agent)) {
        const { uuid, kind, endpoint, container } = checkObject(config, 'an element of what stateless answers')
        agent.addStatelessContainer(uuid, kind, endpoint, container)
      }
      await this.register(agent)
    } catch (error) {
      this.servers.delete(server)
      // Its containers too: who tries again makes new ones
      await agent.close()
      await server.close()
      throw error
    }
  }

  /** What `stateless` answers, unless the client is closed before: then that ends when it comes. */
  private async madeBy(stateless: StatelessContainersFactory, agent: AgentImpl): Promise<StatelessContainerConfig[]> {
    const make = async (): Promise<StatelessContainerConfig[]> =>
      checkArray(await stateless(agent.endpoint as AgentEndpointRef), 'what stateless answers')
    const made = make()
    try {
      return await Promise.race([made, this.end.promise])
    } catch (error) {
      const discard = async (late: StatelessContainerConfig[]): Promise<void> => {
        await Promise.allSettled(late.map(async ({ container }) => await container.terminate()))
      }
      made.then(discard).catch(() => {})
      throw error
    }
  }

  override async drain(options?: DrainOptions): Promise<DrainResult> {
    const result = await super.drain(options)
    if (result.left === 0) await Promise.all([...this.servers].map(async (server) => await server.unused(farewellMs)))
    return result
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  [Symbol.dispose](): void {
    void this.close()
  }

  protected override async closeServers(): Promise<void> {
    this.end.reject(new NetworkError('CLOSED', 'The network client is closed'))
    await Promise.allSettled([...this.servers].map(async (server) => await server.close()))
  }
}

/**
 * A client of the coordinator at `url`, `'host'` or `'host:port'` (default port 3737). It connects in the background and
 * keeps trying; what is asked meanwhile waits. `'a:3737,b:3737'` is taken as a list, of which the first is used for now.
 *
 * @param aliveTimeoutSeconds silence after which either side takes the other for dead. Default 3
 * @throws `INVALID_ARGUMENT` when the url is malformed
 */
export function createNetworkClient(
  url: string,
  aliveTimeoutSeconds?: number,
  options: NetworkClientOptions = {}
): OperatorClient {
  checkObject(options, 'the options of a client')
  const [{ host, port }] = parseAddresses(url, { defaultPort: defaultCoordinatorPort })
  return new ClientWithAgentsImpl(host, port, aliveTimeoutSeconds, options)
}

/**
 * An agent and the server that makes its containers reachable: `await server.start(agent)`, then register the agent. The
 * server listens on every interface, for a loopback host on that alone.
 *
 * @param endpointUrl `host[:3738]` under which other processes reach this one; port 0 lets the system choose
 */
export function createAgent(
  endpointUrl: string,
  factories: ContainerFactories,
  options: AgentServerOptions & ServeAgentOptions & { aliveTimeoutSeconds?: number } = {}
): { agent: AgentImpl; server: NetworkAgentServer } {
  checkObject(options, 'the options of an agent')
  const rules = { defaultPort: defaultAgentPort, anyPort: true }
  const [{ host, port }, ...others] = parseAddresses(endpointUrl, rules)
  if (others.length > 0) {
    throw new NetworkError('INVALID_ARGUMENT', `An agent has one endpoint, got ${others.length + 1}: '${endpointUrl}'`)
  }
  const tickManager = internalTickManager()
  const { agentId = randomUUID() as AgentUuid } = options
  const agent = new AgentImpl(checkName(agentId, 'agentId'), factories, {
    tickManager,
    logger: options.logger,
    aliveTimeoutSeconds: options.aliveTimeoutSeconds,
    capacity: options.capacity,
    ownership: options.ownership,
    ownershipByKind: options.ownershipByKind
  })
  // Whoever is only to be reached from this machine listens there only.
  const bindHost = loopbackHosts.has(host) ? host : '*'
  return { agent, server: new NetworkAgentServer(tickManager, host, bindHost, port, options) }
}
