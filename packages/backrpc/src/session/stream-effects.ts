// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import type { Conversation } from './conversation'
import type { Sink } from './conversation-effects'
import type { Stream } from './stream'
import type { StreamNews, StreamSink } from './stream-table'

/** Makes effects of a conversation from what its streams have to tell. */
export class StreamEffects<Tag> implements StreamSink {
  constructor(
    private readonly conversation: Conversation<Tag>,
    private readonly sink: Sink<Tag>
  ) {}

  news(stream: Stream, news: StreamNews): void {
    if (stream.ofAnswer) this.conversation.heardOfAnswer(stream, news, this.sink)
    else this.sink.push({ kind: 'stream', conversation: this.conversation, stream, news })
  }

  broken(reason: string): void {
    this.sink.push({ kind: 'violation', conversation: this.conversation, reason })
  }
}
