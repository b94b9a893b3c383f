// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { coordinatorNode } from './coordinator-process'
import type { Fault, Target } from './plan'
import type { World } from './world'

/** Heartbeats of the transport notice a stopped process after this. */
const noticedAfterMs = 750

/** Makes the faults of the plan happen, and ends them. */
export class Faults {
  /** Those that hit somebody. */
  applied = 0
  private readonly pauses = new Map<string, object>()
  private readonly cuts = new Map<string, object>()
  private healed = false

  constructor(private readonly world: World) {}

  apply(fault: Fault): void {
    if (fault.type === 'sicken') return this.sicken(fault)
    if (fault.type === 'disk') return this.slowDown(fault)
    const node = this.nodeOf(fault.target)
    const program = node === undefined ? undefined : this.world.programs.get(node)
    if (node === undefined || program === undefined) return
    this.applied++
    switch (fault.type) {
      case 'kill':
        this.world.kill(node)
        return this.restart(node, fault.downMs)
      case 'stop':
        void this.world.stop(node).then(() => this.restart(node, fault.downMs))
        return
      case 'drain':
        void this.world.drain(node).then(() => this.restart(node, fault.downMs))
        return
      case 'pause':
        return this.pause(node, fault.forMs, fault.noticed)
      case 'cut':
        return this.cut(node, fault)
      case 'break':
        return this.break(node, fault)
    }
  }

  /** Ends every fault. */
  heal(): void {
    this.healed = true
    for (const node of [...this.pauses.keys()]) this.resume(node)
    for (const node of [...this.cuts.keys()]) this.mend(node)
    this.world.sick.clear()
    this.writeIn(undefined)
    for (const node of this.world.nodes) this.world.start(node)
  }

  private nodeOf(target: Target): string | undefined {
    switch (target.role) {
      case 'coordinator':
        return coordinatorNode
      case 'owner':
        return this.world.ownerOf(target.uuid) ?? 'agent-0'
      default:
        return `${target.role}-${target.number}`
    }
  }

  private restart(node: string, downMs: number): void {
    this.pauses.delete(node)
    this.world.time.after(this.healed ? 0 : downMs, () => {
      this.world.start(node)
      if (this.cuts.has(node)) this.tell(node, 'unreachable')
    })
  }

  private sicken({ uuid, how, forMs }: Extract<Fault, { type: 'sicken' }>): void {
    const { sick, history, time } = this.world
    this.applied++
    sick.set(uuid, how)
    history.record({ type: 'sick', uuid })
    time.after(forMs, () => sick.delete(uuid))
  }

  private slowDown({ forMs, writeMs }: Extract<Fault, { type: 'disk' }>): void {
    const { history, time } = this.world
    this.applied++
    this.writeIn(writeMs)
    history.record({ type: 'disk' })
    time.after(forMs, () => {
      this.writeIn(undefined)
      history.record({ type: 'disk' })
    })
  }

  private writeIn(ms: number | undefined): void {
    const { ledger, reminders } = this.world
    ledger.writeMs = reminders.writeMs = ms
  }

  private pause(node: string, forMs: number, noticed: boolean): void {
    const { world } = this
    const program = world.programs.get(node)
    if (program === undefined || this.pauses.has(node)) return
    const pause = {}
    this.pauses.set(node, pause)
    program.process.pause()
    world.history.record({ type: 'unreachable', process: program.process.name })
    const current = (): boolean => this.pauses.get(node) === pause
    if (noticed) {
      world.time.after(noticedAfterMs, () => {
        if (!current()) return
        world.links.network.breakConnections(node)
        world.links.network.pause(node)
      })
    }
    world.time.after(forMs, () => {
      if (current()) this.resume(node)
    })
  }

  private resume(node: string): void {
    this.pauses.delete(node)
    this.world.links.network.resume(node)
    const process = this.world.programs.get(node)?.process
    if (process?.state !== 'paused') return
    process.resume()
    this.world.history.record({ type: 'reachable', process: process.name })
  }

  private cut(node: string, { forMs, reset, way, coordinatorOnly }: Extract<Fault, { type: 'cut' }>): void {
    const { world } = this
    if (this.cuts.has(node)) return
    const cut = {}
    this.cuts.set(node, cut)
    const only = coordinatorOnly === true ? coordinatorNode : undefined
    this.eachOther(node, (other) => {
      if (only !== undefined && other !== only) return
      if (way !== 'in') world.links.network.block(node, other)
      if (way !== 'out') world.links.network.block(other, node)
    })
    world.cutOff.add(node)
    this.tell(node, 'unreachable')
    if (reset) world.links.network.breakConnections(node, only)
    world.time.after(forMs, () => {
      if (this.cuts.get(node) === cut) this.mend(node)
    })
  }

  private mend(node: string): void {
    this.cuts.delete(node)
    this.world.cutOff.delete(node)
    this.eachOther(node, (other) => {
      // Two that are cut off both stay so from each other.
      if (this.cuts.has(other)) return
      this.world.links.network.unblock(node, other)
      this.world.links.network.unblock(other, node)
    })
    this.tell(node, 'reachable')
  }

  private break(node: string, { pick, lateMs }: Extract<Fault, { type: 'break' }>): void {
    if (lateMs !== undefined) this.world.links.tellLate(lateMs)
    const others = this.world.nodes.filter((other) => other !== node)
    const other = pick === undefined ? undefined : others[Math.floor(pick * others.length)]
    this.world.links.network.breakConnections(node, other)
    const process = this.world.programs.get(node)?.process
    if (process !== undefined) this.world.history.record({ type: 'shaken', process: process.name })
  }

  private eachOther(node: string, act: (other: string) => void): void {
    for (const other of this.world.nodes) if (other !== node) act(other)
  }

  private tell(node: string, type: 'unreachable' | 'reachable'): void {
    const process = this.world.programs.get(node)?.process
    if (process !== undefined) this.world.history.record({ type, process: process.name })
  }
}
