// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/* eslint-disable @typescript-eslint/no-explicit-any -- events of users' own types, as in the interfaces that these implement */
import type {
  ContainerConnection,
  ContainerEndpointRef,
  ContainerReference,
  ContainerUuid,
  EventGap
} from '@hcengineering/network-core'
import { TestCaller, type CallerParts } from './test-caller'

/** A connection in the hands of a test. */
export class TestConnection extends TestCaller implements ContainerConnection {
  constructor(
    private readonly connection: ContainerConnection,
    parts: CallerParts
  ) {
    super(connection, connection.containerId, parts)
  }

  get containerId(): ContainerUuid {
    return this.connection.containerId
  }

  get on(): ((event: any) => Promise<void>) | undefined {
    return this.connection.on
  }

  set on(handler: ((event: any) => Promise<void>) | undefined) {
    this.connection.on = handler
  }

  get onGap(): ((gap: EventGap) => void) | undefined {
    return this.connection.onGap
  }

  set onGap(handler: ((gap: EventGap) => void) | undefined) {
    this.connection.onGap = handler
  }
}

/** A reference in the hands of a test. */
export class TestReference extends TestCaller implements ContainerReference {
  constructor(
    private readonly reference: ContainerReference,
    parts: CallerParts
  ) {
    super(reference, reference.uuid, parts)
  }

  get uuid(): ContainerUuid {
    return this.reference.uuid
  }

  get endpoint(): ContainerEndpointRef {
    return this.reference.endpoint
  }

  get onEndpointUpdate(): ContainerReference['onEndpointUpdate'] {
    return this.reference.onEndpointUpdate
  }

  set onEndpointUpdate(listener: ContainerReference['onEndpointUpdate']) {
    this.reference.onEndpointUpdate = listener
  }

  async connect(): Promise<ContainerConnection> {
    const connect = async (): Promise<ContainerConnection> => await this.reference.connect()
    return new TestConnection(await this.call(`connect to ${this.uuid}`, connect), this.parts)
  }
}
