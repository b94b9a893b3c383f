// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

// The client's process of the Docker check: `node client.js <coordinator> <Docker container>`, with agent.js beside it.
// Prints `PASS title` or `FAIL title: reason` for each check.

import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { createNetworkClient } from '@hcengineering/network-client'
import { messageOf, type ContainerKind, type ContainerUuid } from '@hcengineering/network-core'

const [coordinator, dockerContainer] = process.argv.slice(2)

async function check<T>(title: string, act: () => Promise<T>): Promise<T> {
  try {
    const result = await act()
    console.log(`PASS ${title}`)
    return result
  } catch (error) {
    console.log(`FAIL ${title}: ${messageOf(error)}`)
    // What follows rests on this
    throw error
  }
}

function expectEqual(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`expected ${String(expected)}, got ${String(actual)}`)
}

async function main(): Promise<void> {
  const agent = fork(join(__dirname, 'agent.js'), [coordinator])
  const client = createNetworkClient(coordinator)
  try {
    await check('an agent on the host registers with the coordinator in the image', async () => {
      const [message] = (await Promise.race([once(agent, 'message'), once(agent, 'exit')])) as [unknown]
      expectEqual(message, 'serving')
    })
    const reference = await check('a client on the host gets a container through the image', async () => {
      await client.waitConnection(10_000)
      return await client.get('counter' as ContainerKind, { uuid: 'docker-check' as ContainerUuid })
    })
    await check('a request through the coordinator is answered', async () => {
      expectEqual(await reference.request('count'), 1)
    })
    const connection = await check('a connection answers and delivers events', async () => {
      const opened = await reference.connect()
      const event = new Promise<{ count: number }>((resolve) => {
        opened.on = async (data: { count: number }) => resolve(data)
      })
      expectEqual(await opened.request('count'), 2)
      expectEqual((await event).count, 2)
      return opened
    })

    const run = promisify(execFile)
    const before = Date.now()
    await check(
      'docker restart restarts the coordinator',
      async () => await run('docker', ['restart', dockerContainer])
    )
    const restarted = Date.now()
    await check('the same reference answers after docker restart, from the same container', async () => {
      expectEqual(await reference.request('count'), 3)
    })
    const answered = Date.now()
    console.log(`docker restart took ${restarted - before} ms, the reference answered ${answered - restarted} ms later`)
    await check('the same connection answers after docker restart', async () => {
      expectEqual(await connection.request('count'), 4)
    })
    await check('a get after docker restart finds the same container', async () => {
      const again = await client.get('counter' as ContainerKind, { uuid: 'docker-check' as ContainerUuid })
      expectEqual(await again.request('count'), 5)
      await again.close()
    })
    await check('client and agent close in good order', async () => {
      await connection.close()
      await reference.close()
      await client.close()
      agent.send('close')
      const [code] = (await once(agent, 'exit')) as [number | null]
      expectEqual(code, 0)
    })
  } finally {
    agent.kill('SIGKILL')
  }
}

main().then(
  () => process.exit(0),
  () => process.exit(1)
)
