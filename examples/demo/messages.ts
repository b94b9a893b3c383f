// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** What a process of the demo tells `start.ts`. */
export type ToStart =
  /** It does its work; the coordinator says where. */
  | { readonly type: 'ready'; readonly address?: string }
  /** The client wants that agent's process killed. */
  | { readonly type: 'kill'; readonly agent: string }

/** What `start.ts` tells a process of the demo. */
export type FromStart =
  /** Close in order and end. */
  | { readonly type: 'stop' }
  /** That agent's process was sent SIGKILL at that Unix time in milliseconds. */
  | { readonly type: 'killed'; readonly agent: string; readonly at: number }

/** Tells `start.ts`. */
export function tell(message: ToStart): void {
  process.send?.(message)
}

/** Resolves with the next message of that type. */
export async function told<T extends FromStart['type']>(type: T): Promise<Extract<FromStart, { type: T }>> {
  return await new Promise((resolve) => {
    const listener = (message: FromStart): void => {
      if (message.type !== type) return
      process.off('message', listener)
      resolve(message as Extract<FromStart, { type: T }>)
    }
    process.on('message', listener)
  })
}

/** Without `start.ts` there is no demo: nothing is left behind when it dies. */
export function endWithParent(): void {
  process.once('disconnect', () => process.exit(1))
  if (!process.connected) process.exit(1) // it died while this process was loading
}

/** The work is over: lets the process end by itself, once its sockets and timers have ended. */
export function release(): void {
  process.removeAllListeners('disconnect')
  process.disconnect?.()
}
