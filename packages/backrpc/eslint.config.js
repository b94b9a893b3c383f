module.exports = require('@hcengineering/network-rig/eslint')(__dirname, { zeromq: ['src/transport/zeromq.ts'] })
