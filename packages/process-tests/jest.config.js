// One test file at a time: each starts processes of its own and measures them
module.exports = { ...require('@hcengineering/network-rig/jest'), maxWorkers: 1 }
