// Copyright © 2026 Hardcore Engineering Inc.
// SPDX-License-Identifier: EPL-2.0

import { Dealer } from 'zeromq'
import { testTransport } from '../../testing/transport-conformance'
import { ZmtpTransport } from '../zmtp'
import { zmtpSettings } from '../zmtp-settings'

testTransport('zmtp', () => ({
  transport: new ZmtpTransport(),
  maxMessageBytes: zmtpSettings.maxMessageBytes + 1,
  connectDeaf: async (port) => {
    const dealer = new Dealer({ linger: 0, receiveHighWaterMark: 1 })
    dealer.connect(`tcp://127.0.0.1:${port}`)
    await dealer.send('deaf')
    return { close: async () => dealer.close() }
  }
}))
