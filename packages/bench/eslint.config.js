module.exports = require('@hcengineering/network-rig/eslint')({
  console: ['src/cli.ts'],
  zeromq: ['src/peers/zeromq.ts', 'src/peers/zeromq-stream.ts']
})
