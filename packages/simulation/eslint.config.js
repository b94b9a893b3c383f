module.exports = require('@hcengineering/network-rig/eslint')({
  console: ['src/cli.ts', 'src/mutants/main.ts']
})
