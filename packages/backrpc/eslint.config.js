module.exports = require('@hcengineering/network-rig/eslint')(__dirname, {
  console: ['src/wire/__tests__/fuzz/main.ts'],
  zeromq: ['src/transport/zeromq.ts']
})
