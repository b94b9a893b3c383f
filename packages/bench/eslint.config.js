module.exports = require('@hcengineering/network-rig/eslint')(__dirname, {
  console: ['src/cli.ts'],
  zeromq: ['src/peers/zeromq.ts', 'src/peers/zeromq-stream.ts']
})
