#!/usr/bin/env node
/**
 * The test phase of a package: all its tests, with the totals left in temp/test-results.json for `.ci/total.js`.
 * For a part of the tests call `jest` itself.
 */
const { spawnSync } = require('node:child_process')
const { mkdirSync, rmSync } = require('node:fs')
const flags = require('../node-flags')

const RESULT_FILE = 'temp/test-results.json'

mkdirSync('temp', { recursive: true })
rmSync(RESULT_FILE, { force: true })
const args = [...flags, require.resolve('jest/bin/jest'), '--passWithNoTests', '--json', '--outputFile', RESULT_FILE]
// Node 20 reads these certificates at every start, which takes a quarter of it; tests start hundreds of processes, and none needs them
const env = { ...process.env }
delete env.NODE_EXTRA_CA_CERTS
// Jest reports on stderr, and Rush takes stderr for warnings
const options = { env, stdio: ['ignore', 1, 1] }
const { status, error } = spawnSync(process.execPath, [...args, ...process.argv.slice(2)], options)
if (error !== undefined) throw error
process.exitCode = status ?? 1
