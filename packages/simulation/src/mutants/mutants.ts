// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

/** A deliberately broken variant of our own code: one line of what was built, replaced in memory. */
export interface Mutant {
  readonly name: string
  /** What it does wrong. */
  readonly breaks: string
  /** The built file: its package, and the path in its `lib`. */
  readonly file: readonly [of: 'core' | 'backrpc' | 'client' | 'server', path: string]
  /** Occurs in it exactly once. */
  readonly find: string
  readonly replace: string
  /** One in which the simulation catches it. Absent: none was found yet, so the simulation lacks a rule or a situation. */
  readonly seed?: number
}

const core = (path: string): Mutant['file'] => ['core', path]
const backrpc = (path: string): Mutant['file'] => ['backrpc', path]
const client = (path: string): Mutant['file'] => ['client', path]
const server = (path: string): Mutant['file'] => ['server', path]

export const mutants: readonly Mutant[] = [
  {
    name: 'repeat-executed-again',
    breaks: 'a request that comes again under its id is executed again',
    file: backrpc('session/incoming-table.js'),
    find: 'const known = this.find(id);',
    replace: 'const known = undefined;',
    seed: 1
  },
  {
    name: 'answers-not-kept',
    breaks: 'an answer that was lost with its connection is not there when it is asked for again',
    file: backrpc('session/incoming-table.js'),
    find: 'request.answer = answer;',
    replace: 'request.answer = undefined;',
    seed: 43
  },
  {
    name: 'sent-sent-again-in-new-session',
    breaks: 'what may have been executed is sent again to a server that knows nothing of it',
    file: backrpc('session/request-table.js'),
    find: 'attempts > 0 && !asked.resend)',
    replace: 'attempts > 0 && false)',
    seed: 7
  },
  {
    name: 'pending-not-sent-again',
    breaks: 'what was under way when the connection broke is not sent again when the session goes on',
    file: backrpc('session/request-table.js'),
    find: "this.move(request, 'waiting');\n            this.enqueue(request);\n        }\n    }\n    /** A new session",
    replace: '}\n    }\n    /** A new session',
    seed: 1
  },
  {
    name: 'deadline-not-kept',
    breaks: 'a request is given up at its deadline, and its caller not told',
    file: backrpc('session/request-table.js'),
    find: 'return late;',
    replace: 'return [];',
    seed: 1
  },
  {
    name: 'old-connection-ends-new',
    breaks: 'the close of an old connection takes the address of the session that has moved to a new one',
    file: backrpc('session/server-sessions.js'),
    find: 'this.byAddress.delete(address);\n',
    replace: '\n',
    seed: 102
  },
  {
    name: 'lost-connection-is-death',
    breaks: 'a session ends with its connection',
    file: backrpc('session/server-sessions.js'),
    find: "this.sink.push({ kind: 'detached', client: session.client });",
    replace: 'this.byAddress.set(peer, session); return this.end(session.client, true);',
    seed: 18
  },
  {
    name: 'silence-unnoticed',
    breaks: 'a client that has been silent for its alive timeout keeps everything',
    file: backrpc('session/server-sessions.js'),
    find: 'for (const client of this.liveness.tardy(now))',
    replace: 'for (const client of this.liveness.tardy(now).slice(0, 0))',
    seed: 3
  },
  {
    name: 'stale-requests-served',
    breaks: 'a client serves requests of a session that may have ended while it says hello anew',
    file: backrpc('session/client-session.js'),
    find: "if (this.phase !== 'greeting' || this.is07)",
    replace: 'if (true)'
  },
  {
    name: 'old-hello-answer-taken',
    breaks: 'a client takes the answer to an earlier hello for that to its last',
    file: backrpc('session/client-session.js'),
    find: 'if (attempt !== this.hellos)',
    replace: 'if (false)'
  },
  {
    name: 'events-overtake',
    breaks: 'what is sent next is the last that was added',
    file: backrpc('session/backlog.js'),
    find: 'const item = this.items[this.head];\n        if (item !== undefined)\n            return item.message;',
    replace:
      'const item = this.items[this.head + 1] ?? this.items[this.head];\n        if (item !== undefined)\n            return item.message;',
    seed: 1
  },
  {
    name: 'gap-not-told',
    breaks: 'events are lost with their connection, neither sent again nor told as lost',
    file: backrpc('session/backlog.js'),
    find: 'this.sendAgain(Math.max(0, this.sentCount - receivedEvents));',
    replace: ';',
    seed: 41
  },
  {
    name: 'failed-start-leaves-row',
    breaks: 'a start that failed is not forgotten',
    file: core('state/starting.js'),
    find: 'this.lifecycle.failWaiters(row, error);\n            this.lifecycle.end(row, error, now);',
    replace: 'this.lifecycle.failWaiters(row, error);',
    seed: 1
  },
  {
    name: 'late-start-kept',
    breaks: 'what a start made after its deadline lives on',
    file: core('runtime/start-container.js'),
    find: 'if (expired)\n            void discard(result);',
    replace: 'if (false)\n            void discard(result);',
    seed: 8
  },
  {
    name: 'wrong-uuid-kept',
    breaks: 'what a factory made under another uuid is not ended',
    file: core('runtime/start-container.js'),
    find: 'await discard(made);',
    replace: ';',
    seed: 1
  },
  {
    name: 'hold-counted-twice',
    breaks: 'one get counts two holds',
    file: core('state/references.js'),
    find: 'this.count(client.id, row) + 1',
    replace: '(this.count(client.id, row) || 1) + 1',
    seed: 1
  },
  {
    name: 'release-ignored',
    breaks: 'a hold that is let go is counted on',
    file: core('state/client-rules.js'),
    find: 'if (client === undefined || row === undefined || !references.remove(client, row))',
    replace: 'if (client === undefined || row === undefined || true)',
    seed: 1
  },
  {
    name: 'dead-client-holds',
    breaks: 'a client that is dead keeps its holds',
    file: core('state/client-rules.js'),
    find: 'for (const row of references.removeClient(client)) {',
    replace: 'for (const row of []) {',
    seed: 2
  },
  {
    name: 'orphan-lives',
    breaks: 'a container that nobody holds is not ended',
    file: core('state/lifecycle.js'),
    find: 'else if (!orphans.has(row)) {',
    replace: 'else if (false) {',
    seed: 1
  },
  {
    name: 'orphan-timer-while-held',
    breaks: 'a container that somebody holds is ended for want of holders',
    file: core('state/lifecycle.js'),
    find: "if (row.state !== 'active' || row.holders.size > 0 || row.stateless) {",
    replace: "if (row.state !== 'active' || row.stateless) {",
    seed: 1
  },
  {
    name: 'labels-ignored',
    breaks: 'a get by labels has a container that carries one of them only',
    file: core('state/container-pools.js'),
    find: 'if (labels.every((label) => row.labels?.includes(label)))',
    replace: 'if (true)',
    seed: 3
  },
  {
    name: 'first-place-told',
    breaks: 'a get is told where the container was at first, wherever it is now',
    file: core('state/lifecycle.js'),
    find: "const { uuid, endpoint, agentId, token } = row;\n        if (uuid === undefined || endpoint === undefined || agentId === undefined)\n            throw new Error('only active rows settle gets');",
    replace: 'const { uuid, endpoint, agentId, token } = (row.first ??= { ...row });',
    seed: 1
  },
  {
    name: 'kind-ignored',
    breaks: 'a uuid that is live under another kind is handed out',
    file: core('state/placement.js'),
    find: 'if (row.kind === kind)\n                this.join',
    replace: 'if (true)\n                this.join',
    seed: 4
  },
  {
    name: 'placement-ignores-kind',
    breaks: 'a container is started on an agent that does not offer its kind',
    file: core('state/agent-table.js'),
    find: 'return this.offered.get(kind);',
    replace: 'return [...this.offered.values()][0];',
    seed: 4
  },
  {
    name: 'capacity-ignored',
    breaks: 'an agent starts more containers than it takes, and so does the coordinator there',
    file: core('state/seats.js'),
    find: 'return this.total < capacity.containers',
    replace: 'return true',
    seed: 18
  },
  {
    name: 'agent-refuses-nothing',
    breaks: 'an agent starts whatever it is asked for, full or not',
    file: core('runtime/agent-seats.js'),
    find: 'if (!this.seats.fits(kind, this.capacity))',
    replace: 'if (false)',
    seed: 45
  },
  {
    name: 'place-never-free',
    breaks: 'a container that has ended keeps its place on the agent',
    file: core('runtime/container-host.js'),
    find: 'hosted.seat?.free();',
    replace: '',
    seed: 135
  },
  {
    name: 'place-not-kept-for-move',
    breaks: 'what moves to an agent that joined is started wherever there is room by then',
    file: core('state/supervision.js'),
    find: 'this.tables.containers.update(row, { destination });',
    replace: ';'
  },
  {
    name: 'crowded-forgotten',
    breaks: 'what is held and found no room is not started when there is some',
    file: core('state/placement.js'),
    find: 'this.tables.crowded.add(row.kind, row);',
    replace: ';',
    seed: 63
  },
  {
    name: 'standby-not-promoted',
    breaks: 'when the active copy is gone the standby stays standby',
    file: core('state/placement.js'),
    find: 'const copy = row.standbys.find(({ agentId }) => !(0, rows_1.triedOf)(row).has(agentId));',
    replace: 'const copy = undefined;',
    seed: 1
  },
  {
    name: 'agent-death-leaves-rows',
    breaks: 'what a dead agent hosted is still said to be there',
    file: core('state/agent-rules.js'),
    find: 'for (const row of containers.onAgent(agentId))\n            this.lifecycle.agentLeft(row, { agentId, why, leasedUntil }, now);',
    replace: '',
    seed: 1
  },
  {
    name: 'leaves-before-its-holders',
    breaks: 'what leaves is ended before those who hold it could come back to a coordinator that has just started',
    file: core('state/draining.js'),
    find: 'if (this.mayBeHeld(row, now))',
    replace: 'if (false)'
  },
  {
    name: 'registration-forgets-containers',
    breaks: 'what an agent brings with its registration is not taken in',
    file: core('state/agent-rules.js'),
    find: 'if (!this.adoption.adopt(agent, container, now))',
    replace: 'if (false)',
    seed: 2
  },
  {
    name: 'replaced-copy-kept',
    breaks: 'an agent that comes back keeps a copy that another has replaced',
    file: core('state/agent-rules.js'),
    find: 'terminate.push(container.uuid);',
    replace: ';',
    seed: 1
  },
  {
    name: 'older-claim-wins',
    breaks: 'of two claimants the one with the smaller token wins',
    file: core('state/adoption.js'),
    find: 'if ((0, token_1.compareTokens)(record.token, row.token) > 0) {\n            this.depose',
    replace: 'if ((0, token_1.compareTokens)(record.token, row.token) < 0) {\n            this.depose',
    seed: 111
  },
  {
    name: 'recovery-window-skipped',
    breaks: 'a coordinator that starts places at once what an agent may still have',
    file: core('state/supervision.js'),
    find: 'tables.recovery ??= {',
    replace: 'tables.nothing ??= {',
    seed: 32
  },
  {
    name: 'two-starts',
    breaks: 'a get of a uuid that starts or lives starts it again',
    file: core('state/placement.js'),
    find: 'const row = uuid === undefined ? undefined : containers.get(uuid);',
    replace: 'const row = undefined;',
    seed: 1
  },
  {
    name: 'terminating-serves',
    breaks: 'a container is given requests after its end has begun',
    file: core('runtime/hosted-container.js'),
    find: 'if (!this.serves)',
    replace: "if (this.state === 'standby')",
    seed: 10
  },
  {
    name: 'parked-forgotten',
    breaks: 'requests that waited for a container which moved go on waiting',
    file: core('runtime/parked-calls.js'),
    find: 'call.proceed();',
    replace: ';',
    seed: 6
  },
  {
    name: 'relay-not-repeated',
    breaks: 'a connection that runs through the coordinator does not follow a container that moves',
    file: core('runtime/container-calls.js'),
    find: 'if (agent === undefined || relays.length === 0)',
    replace: 'if (true)',
    seed: 54
  },
  {
    name: 'executed-tried-elsewhere',
    breaks: 'a request that may have been executed goes to the next activation too',
    file: core('runtime/container-calls.js'),
    find: 'if ((0, relayed_call_1.isUnexecuted)(error) && this.hasMoved(call.uuid, serving))',
    replace: 'if (this.hasMoved(call.uuid, serving))',
    seed: 10
  },
  {
    name: 'asker-forgotten',
    breaks: 'the container is not told who asks',
    file: client('agent-server.js'),
    find: '(0, network_core_1.readValue)(data), client, context)',
    replace: '(0, network_core_1.readValue)(data), undefined, context)',
    seed: 2
  },
  {
    name: 'listener-outlives-client',
    breaks: 'the connections of a client that is gone are not ended',
    file: client('agent-connections.js'),
    find: 'await Promise.allSettled(ended.map(',
    replace: 'await Promise.allSettled([].map(',
    seed: 5
  },
  {
    name: 'holds-not-renewed',
    breaks: 'a client does not tell a coordinator that started anew what it holds',
    file: client('holds.js'),
    find: 'this.book.forgotten();',
    replace: ';',
    seed: 2
  },
  {
    name: 'late-get-kept',
    breaks: 'a hold that is granted after its caller has given up is not given back',
    file: client('holds.js'),
    find: 'this.book.unwanted(kind, options, result);',
    replace: 'this.book.granted(kind, options, result);',
    seed: 24
  },
  {
    name: 'agents-not-renewed',
    breaks: 'an agent does not register again with a coordinator that started anew',
    file: client('registrations.js'),
    find: 'const registered = [...this.registered];',
    replace: 'const registered = [];',
    seed: 1
  },
  {
    name: 'goodbye-ignored',
    breaks: 'the coordinator does not take in that a client is gone',
    file: server('network-server.js'),
    find: 'this.network.removeClient(client, leaseMs);',
    replace: ';',
    seed: 12
  },
  {
    name: 'accepted-is-refused',
    breaks: 'whose connection is lost is taken for dead though its port answers',
    file: server('owner-watch.js'),
    find: "if (found.every((one) => one === 'refused'))",
    replace: 'if (true)',
    seed: 8
  },
  {
    name: 'deactivated-serves',
    breaks: 'a copy goes on serving when another has been activated',
    file: core('runtime/hosted-container.js'),
    find: "this.state = 'standby';\n        this.token = undefined;",
    replace: 'this.token = undefined;',
    seed: 34
  },
  {
    name: 'fence-missing',
    breaks: 'an agent serves on when its lease has ended',
    file: core('state/lease.js'),
    find: 'return now < this.until && unixNow < this.unixUntil;',
    replace: 'return true;',
    seed: 85
  },
  {
    name: 'executed-without-lease',
    breaks: 'requests are executed though the lease has ended',
    file: core('runtime/hosted-calls.js'),
    find: 'if (lease.covers(hosted.kind))\n                return execute(place);',
    replace: 'return execute(place);',
    seed: 85
  },
  {
    name: 'answered-without-lease',
    breaks: 'answers leave though the lease has ended meanwhile',
    file: core('runtime/hosted-calls.js'),
    find: 'if (!lease.covers(hosted.kind))',
    replace: 'if (false)'
  },
  {
    name: 'lease-counts-from-pong',
    breaks: 'an agent counts its lease from when a pong came, not from when the ping was sent',
    file: backrpc('session/client-session.js'),
    find: "{ kind: 'confirmed', sentAt: at }",
    replace: "{ kind: 'confirmed', sentAt: now }"
  },
  {
    name: 'lease-outlives-session',
    breaks: 'pings of a new session renew the lease of an agent that has not been announced in it',
    file: client('agent-leases.js'),
    find: 'this.granted.clear();',
    replace: ';'
  },
  {
    name: 'lease-not-waited-for',
    breaks: 'what a silent agent had is started elsewhere at once',
    file: core('state/placement.js'),
    find: 'if (row.leasedUntil > now) {',
    replace: 'if (false) {'
  },
  {
    name: 'leased-row-forgotten',
    breaks: 'what a silent agent had and nobody holds is forgotten before its lease has ended',
    file: core('state/rows.js'),
    find: ' || row.leasedUntil > now;',
    replace: ';'
  },
  {
    name: 'guard-negative',
    breaks: 'a lease is taken for ended before it is',
    file: server('leases.js'),
    find: '+ network_core_1.defaultTimeoutsMs.leaseGuard',
    replace: '- network_core_1.defaultTimeoutsMs.leaseGuard',
    seed: 679
  },
  {
    name: 'tombstones-ignored',
    breaks: 'an agent that was away brings a container which was ended elsewhere since, and is believed',
    file: core('state/adoption.js'),
    find: 'tombstones.overtook(agentId, uuid, token)',
    replace: 'false',
    seed: 1282
  },
  {
    name: 'voided-ignored',
    breaks: 'an agent that the earlier run had given up is believed',
    file: core('state/adoption.js'),
    find: 'const given = voided.get(agentId);',
    replace: 'const given = undefined;',
    seed: 126
  },
  {
    name: 'ledger-not-written',
    breaks: 'who has a lease is not written down',
    file: server('ledger-writer.js'),
    find: 'await ledger.write(content);',
    replace: ';',
    seed: 30
  },
  {
    name: 'earlier-leases-ignored',
    breaks: 'a coordinator that starts does not wait for those who have a lease of the earlier run',
    file: core('runtime/network.js'),
    find: 'if (options.leases !== undefined)',
    replace: 'if (false)'
  },
  {
    name: 'epoch-not-raised',
    breaks: 'a coordinator that starts anew counts tokens from the beginning',
    file: core('runtime/network-options.js'),
    find: 'const epoch = options.epoch ?? unixNow;',
    replace: 'const epoch = 1;',
    seed: 34
  },
  {
    name: 'superseded-ignored',
    breaks: 'a copy serves on though a client says that it knows a later activation',
    file: core('runtime/agent.js'),
    find: 'if (hosted?.token === undefined ||',
    replace: 'if (true ||'
  },
  {
    name: 'turns-overlap',
    breaks: 'a container that takes turns begins the next while one runs',
    file: core('state/turn-queue.js'),
    find: 'if (this.turns.size === 0)',
    replace: 'if (true)',
    seed: 11
  },
  {
    name: 'turn-ends-early',
    breaks: 'a turn ends with the call that began it, though what was called back still runs',
    file: core('state/turn-queue.js'),
    find: 'if (--turn.calls > 0)',
    replace: 'if (--turn.calls < 0)',
    seed: 11
  },
  {
    name: 'chain-forgotten',
    breaks: 'nobody is told for which calls a request is made, so that what comes back to a turn waits for it',
    file: backrpc('session/outbox.js'),
    find: '(0, version_1.hasChains)(this.protocol) ? made : undefined',
    replace: 'undefined',
    seed: 22
  },
  {
    name: 'given-up-without-lease',
    breaks: 'what did not terminate in time is started elsewhere at once',
    file: core('state/supervision.js'),
    find: 'row.leasedUntil = now + this.tables.patienceMs(row.agentId);',
    replace: ';'
  },
  {
    name: 'reminder-given-up',
    breaks: 'a reminder whose delivery failed is not delivered again',
    file: server('reminders.js'),
    find: 'const retryMs = this.table.failed(reminder, Date.now());',
    replace: 'const retryMs = undefined;',
    seed: 190
  },
  {
    name: 'reminder-not-durable',
    breaks: 'a reminder is acknowledged before it is on the disk',
    file: server('reminder-writer.js'),
    find: 'await store.write(batch.changes, table);',
    replace: 'void store.write(batch.changes, table);'
  },
  {
    name: 'timer-beyond-lease',
    breaks: 'a timer fires in a copy that others may have replaced',
    file: core('runtime/activations.js'),
    find: 'if (hosted.serves && host.lease.covers(hosted.kind))',
    replace: 'if (hosted.serves)',
    seed: 60
  },
  {
    name: 'timers-outlive',
    breaks: 'the timers of a container go on after its end',
    file: core('runtime/activations.js'),
    find: 'activation?.end();',
    replace: ';',
    seed: 85
  }
]
