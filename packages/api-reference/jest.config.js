module.exports = require('@hcengineering/network-rig/jest')
