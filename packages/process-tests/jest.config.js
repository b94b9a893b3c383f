// Two test files at a time: each starts processes of its own, and waits more than it works. Every wait within a test is bounded by
// itself and says what it waited for; the bound of a whole test is only there for what no wait has foreseen.
module.exports = { ...require('@hcengineering/network-rig/jest'), maxWorkers: 2, testTimeout: 120_000 }
