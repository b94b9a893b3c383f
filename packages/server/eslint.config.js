module.exports = require('@hcengineering/network-rig/eslint')({
  forbidden: ['@hcengineering/network-client']
})
