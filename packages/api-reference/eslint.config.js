module.exports = require('@hcengineering/network-rig/eslint')(__dirname, { console: ['src/cli.ts'] })
