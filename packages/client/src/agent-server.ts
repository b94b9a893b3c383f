// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import {
  BackRPCServer,
  type BackRPCServerOptions,
  type BackRPCStreamCall,
  type CallContext
} from '@hcengineering/network-backrpc'
import {
  agentDirectRef,
  checkLogger,
  checkMethods,
  checkName,
  checkObject,
  checkTickManager,
  messageOf,
  NetworkError,
  opNames,
  readConnectionParams,
  readValue,
  type AgentEndpointRef,
  type AgentUuid,
  type ClientUuid,
  type Logger,
  type NetworkAgent,
  type StreamPeer,
  type TickManager
} from '@hcengineering/network-core'
import { AgentConnections } from './agent-connections'
import { streamOfAgent } from './agent-stream'
import { defaultAgentPort } from './options'
import { settledWithin } from './waits'

/** Options of {@link NetworkAgentServer}. */
export interface AgentServerOptions {
  /** Handed to the socket, e.g. `{ transport }`. */
  socketOptions?: BackRPCServerOptions
  /** Default: silent. */
  logger?: Logger
  /** Called once, at the end of {@link NetworkAgentServer.close}. */
  onClosed?: () => void
}

/** An agent of any kind whose endpoint can be set. */
export type ServableAgent = NetworkAgent & { endpoint?: AgentEndpointRef }

/** Where clients reach an agent's containers directly. It listens from its construction on and serves from `start` on. */
export class NetworkAgentServer {
  /** What it listens with. */
  readonly rpcServer: BackRPCServer<ClientUuid>
  /** Whom it serves, once started. */
  agent: NetworkAgent | undefined
  private connections: AgentConnections | undefined
  private readonly logger: Logger
  private closing: Promise<void> | undefined

  /**
   * @param endpointHost the name under which clients reach this process
   * @param bindHost where it listens; `*` is every interface
   * @param port 0 or `'random'` lets the system choose
   */
  constructor(
    private readonly tickManager: TickManager,
    /** The name under which clients reach this process. */
    readonly endpointHost: string,
    bindHost: string = '*',
    port: number | 'random' = defaultAgentPort,
    private readonly options: AgentServerOptions = {}
  ) {
    checkTickManager(tickManager)
    this.logger = checkLogger(checkObject(options, 'the options of an agent server').logger)
    checkName(endpointHost, 'endpointHost')
    this.rpcServer = new BackRPCServer<ClientUuid>(
      {
        requestHandler: (client, method, params, _send, context) => {
          context.answerWith(
            method === opNames.sendContainer
              ? this.request(client, params, context)
              : this.handle(client, method, params)
          )
        },
        streamHandler: (client, method, params, call) => this.openStream(client, method, params, call),
        closeHandler: async (client) => {
          await this.connections?.disconnectClient(client)
        }
      },
      tickManager,
      bindHost,
      port,
      { logger: this.logger, ...options.socketOptions, unreadRoutes: true }
    )
  }

  /** Serves that agent and gives it its endpoint. Rejects when the port cannot be had, naming address and cause. */
  async start(agent: ServableAgent): Promise<void> {
    if (this.closing !== undefined) throw new NetworkError('CLOSED', 'The agent server is closed')
    checkMethods(agent, 'agent', ['list'])
    if (this.agent !== undefined && this.agent !== agent) {
      throw new NetworkError('INVALID_ARGUMENT', `The server already serves agent ${this.agent.uuid}`)
    }
    const port = await this.rpcServer.getPort()
    agent.endpoint = agentDirectRef(this.endpointHost, port, agent.uuid as AgentUuid)
    this.agent = agent
    this.connections ??= new AgentConnections(agent, (client, uuid) => {
      const options = { route: [uuid] }
      return (data) => this.rpcServer.send(client, data, options)
    })
  }

  /** The port it listens on. */
  async getPort(): Promise<number> {
    return await this.rpcServer.getPort()
  }

  /**
   * Resolves when nobody is connected to a container any more and every answer has arrived, at the latest after `timeoutMs`. To
   * be awaited after a drain.
   */
  async unused(timeoutMs: number): Promise<void> {
    const { connections, tickManager } = this
    const began = tickManager.now()
    if (connections !== undefined) await settledWithin(tickManager, timeoutMs, connections.empty())
    await this.rpcServer.drain(Math.max(0, timeoutMs - (tickManager.now() - began)))
  }

  /** Ends every connection, then the server. The agent and its containers live on. */
  async close(): Promise<void> {
    this.closing ??= this.end()
    await this.closing
  }

  private async end(): Promise<void> {
    await this.connections?.disconnectAll()
    try {
      await this.rpcServer.close()
    } catch (error) {
      this.logger.warn('The agent server did not close cleanly', { cause: messageOf(error) })
    }
    this.options.onClosed?.()
  }

  /** As few promises as can be: it is on the way of every request. */
  private request(client: ClientUuid, params: unknown, context: CallContext): Promise<unknown> {
    const { agent } = this.serving()
    const [uuid, operation, data] = readConnectionParams.cs(params)
    return agent.request(uuid, operation, readValue(data), client, context)
  }

  private openStream(
    client: ClientUuid,
    method: string,
    params: unknown,
    call: BackRPCStreamCall
  ): Promise<StreamPeer> {
    const { agent } = this.serving()
    if (method !== opNames.sendContainer) {
      throw new NetworkError('UNKNOWN_OPERATION', `An agent's server has no stream '${method}'`, {
        agentId: agent.uuid
      })
    }
    const [uuid, operation, data] = readConnectionParams.cs(params)
    return streamOfAgent(agent, uuid, operation, data, client, call)
  }

  private serving(): { agent: NetworkAgent; connections: AgentConnections } {
    const { agent, connections } = this
    if (agent === undefined || connections === undefined || this.closing !== undefined) {
      throw new NetworkError('UNAVAILABLE', 'The agent server serves no agent')
    }
    return { agent, connections }
  }

  private async handle(client: ClientUuid, method: string, params: unknown): Promise<unknown> {
    const { agent, connections } = this.serving()
    switch (method) {
      case opNames.connectContainer: {
        const token = await connections.connect(client, readConnectionParams.cc(params).uuid)
        return token === undefined ? 'ok' : { token }
      }
      case opNames.disconnectContainer: {
        const { uuid, token } = readConnectionParams.cd(params)
        if (token !== undefined) agent.superseded?.(uuid, token)
        await connections.disconnect(client, uuid)
        return 'ok'
      }
      default:
        throw new NetworkError('UNKNOWN_OPERATION', `An agent's server has no operation '${method}'`, {
          agentId: agent.uuid
        })
    }
  }
}
