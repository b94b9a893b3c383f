// One test file at a time: the smoke test starts many processes of its own
module.exports = { ...require('@hcengineering/network-rig/jest'), maxWorkers: 1, testTimeout: 120_000 }
