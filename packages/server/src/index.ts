// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

export { NetworkServer, defaultPort } from './network-server'
export type { NetworkServerOptions } from './options'
export type { PortProbe } from './transport/port-probe'
export type { LeaseLedger, LedgerContent } from './lease-ledger'
export type { ReminderChange, ReminderStore, StoredReminder, StoredReminders } from './reminder-store'
export { openReminderLog, type ReminderLogOptions } from './storage/reminder-log'
export { openLeaseFile } from './storage/lease-file'
