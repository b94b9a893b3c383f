module.exports = require('@hcengineering/network-rig/eslint')({ console: ['src/docker-check/*.ts'] })
