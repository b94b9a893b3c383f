module.exports = require('@hcengineering/network-rig/eslint')({
  console: ['src/wire/__tests__/fuzz/main.ts'],
  zeromq: ['src/transport/zeromq.ts']
})
