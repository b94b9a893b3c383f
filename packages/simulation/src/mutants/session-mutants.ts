// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { backrpc, core, type Mutant } from './mutant'

export const sessionMutants: readonly Mutant[] = [
  {
    name: 'repeat-executed-again',
    breaks: 'a request that comes again under its id is executed again',
    file: backrpc('session/incoming-table.js'),
    find: 'const known = this.find(id);',
    replace: 'const known = undefined;',
    caughtBy: 1
  },
  {
    name: 'answers-not-kept',
    breaks: 'an answer that was lost with its connection is not there when it is asked for again',
    file: backrpc('session/incoming-table.js'),
    find: 'request.answer = answer;',
    replace: 'request.answer = undefined;',
    caughtBy: 43
  },
  {
    name: 'sent-sent-again-in-new-session',
    breaks: 'what may have been executed is sent again to a server that knows nothing of it',
    file: backrpc('session/request-table.js'),
    find: '(resend === false && attempts === 0)',
    replace: 'resend === false',
    caughtBy: 7
  },
  {
    name: 'pending-not-sent-again',
    breaks: 'what was under way when the connection broke is not sent again when the session goes on',
    file: backrpc('session/request-table.js'),
    find: "this.move(request, 'waiting');\n            this.enqueue(request);\n        }\n    }\n    /** A new session",
    replace: '}\n    }\n    /** A new session',
    caughtBy: 1
  },
  {
    name: 'deadline-not-kept',
    breaks: 'a request is given up at its deadline, and its caller not told',
    file: backrpc('session/request-table.js'),
    find: 'return late;',
    replace: 'return [];',
    caughtBy: 1
  },
  {
    name: 'old-connection-ends-new',
    breaks: 'the close of an old connection takes the address of the session that has moved to a new one',
    file: backrpc('session/session-directory.js'),
    find: 'session.address !== address)',
    replace: 'false)',
    caughtBy: 102
  },
  {
    name: 'lost-connection-is-death',
    breaks: 'a session ends with its connection',
    file: backrpc('session/server-sessions.js'),
    find: "this.sink.push({ kind: 'detached', client: session.client });",
    replace: 'this.sessions.byAddress.set(peer, session); return this.end(session.client, true);',
    caughtBy: 60
  },
  {
    name: 'silence-unnoticed',
    breaks: 'a client that has been silent for its alive timeout keeps everything',
    file: backrpc('session/server-sessions.js'),
    find: 'for (const client of this.lives.tardy(now))',
    replace: 'for (const client of this.lives.tardy(now).slice(0, 0))',
    caughtBy: 3
  },
  {
    name: 'old-hello-answer-taken',
    breaks: 'a client takes the answer to an earlier hello for that to its last',
    file: backrpc('session/client-session.js'),
    find: 'if (attempt !== this.schedule.lastHello)',
    replace: 'if (false)',
    caughtBy: { plan: 'old-hello-answer-taken' }
  },
  {
    name: 'events-overtake',
    breaks: 'what is sent next is the last that was added',
    file: backrpc('session/backlog.js'),
    find: 'const item = this.items[this.head];\n        if (item !== undefined)\n            return item.message;',
    replace:
      'const item = this.items[this.head + 1] ?? this.items[this.head];\n        if (item !== undefined)\n            return item.message;',
    caughtBy: 1
  },
  {
    name: 'gap-not-told',
    breaks: 'events are lost with their connection, neither sent again nor told as lost',
    file: backrpc('session/backlog.js'),
    find: 'this.sendAgain(Math.max(0, this.sentCount - receivedEvents));',
    replace: ';',
    caughtBy: 41
  },
  {
    name: 'report-outlives-session',
    breaks: 'what an agent says of itself is said again in a new session, though it was true in the earlier one only',
    file: backrpc('session/request-table.js'),
    find: 'resend === true || (resend === false && attempts === 0)',
    replace: 'resend === true || attempts === 0',
    caughtBy: { plan: 'report-of-earlier-session' }
  },
  {
    name: 'relayed-gap-not-told',
    breaks: 'nobody hears that events were lost while an agent was out of reach of the coordinator, which relays them',
    file: core('runtime/relayed-connections.js'),
    find: 'if (relay.agent !== undefined && ',
    replace: 'if (false && ',
    caughtBy: { plan: 'relayed-gap' }
  }
]
