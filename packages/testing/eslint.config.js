module.exports = require('@hcengineering/network-rig/eslint')()
