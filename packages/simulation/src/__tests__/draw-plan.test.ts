// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { drawPlan, type Plan } from '../index'
import { islandUuid, visited } from '../names'
import type { Fault } from '../plan'

const plans = Array.from({ length: 300 }, (_, seed) => drawPlan(seed))

/** In how many of the plans one of the faults is like that. */
const withFault = (like: (fault: Fault, plan: Plan) => boolean): number =>
  plans.filter((plan) => plan.faults.some((fault) => like(fault, plan))).length

const visits = (uuids: readonly string[]): number =>
  plans.filter(({ operations }) =>
    operations.some(({ action }) => action.type === 'visit' && uuids.includes(action.uuid))
  ).length

describe('plans', () => {
  it('are as often without any fault as before', () => {
    const calm = plans.filter(({ faults, enabled }) => faults.length === 0 && enabled.length === 0).length
    expect(calm).toBeGreaterThan(25)
  })

  it('have visits, islands, slow disks, late news, clocks of their own and ends that may not take long', () => {
    expect(visits(visited)).toBeGreaterThan(150)
    expect(visits([islandUuid])).toBeGreaterThan(15)
    expect(withFault(({ type }) => type === 'disk')).toBeGreaterThan(30)
    expect(withFault((fault) => fault.type === 'break' && fault.lateMs !== undefined)).toBeGreaterThan(30)
    expect(plans.filter(({ clocks }) => clocks !== undefined).length).toBeGreaterThan(100)
    expect(plans.filter(({ terminateMs }) => terminateMs !== undefined).length).toBeGreaterThan(40)
  })

  it('cut agents off that have just been told to drain, and let coordinators stand still that have just started', () => {
    const near = (fault: Fault, plan: Plan, type: Fault['type'], withinMs: number): boolean =>
      plan.faults.some((other) => other.type === type && other.at >= fault.at && other.at <= fault.at + withinMs)
    expect(withFault((fault, plan) => fault.type === 'drain' && near(fault, plan, 'cut', 60))).toBeGreaterThan(15)
    expect(withFault((fault, plan) => fault.type === 'kill' && near(fault, plan, 'pause', 600))).toBeGreaterThan(20)
  })
})
