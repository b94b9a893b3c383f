module.exports = require('@hcengineering/network-rig/eslint')({ console: ['src/**/fixtures/**/*.ts'] })
