module.exports = require('@hcengineering/network-rig/eslint')(__dirname, {
  forbidden: ['@hcengineering/network-server']
})
