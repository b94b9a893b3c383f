// One test file at a time: each starts processes of its own and measures them. Every wait within a test is bounded by
// itself and says what it waited for; the bound of a whole test is only there for what no wait has foreseen.
module.exports = { ...require('@hcengineering/network-rig/jest'), maxWorkers: 1, testTimeout: 120_000 }
