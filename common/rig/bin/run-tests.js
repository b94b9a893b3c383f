#!/usr/bin/env node
/**
 * The test phase of a package: all its tests, with the totals left in temp/test-results.json for `.ci/total.js`.
 * For a part of the tests call `jest` itself.
 */
const { spawnSync } = require('node:child_process')
const { mkdirSync, rmSync } = require('node:fs')

const RESULT_FILE = 'temp/test-results.json'

mkdirSync('temp', { recursive: true })
rmSync(RESULT_FILE, { force: true })
const args = [require.resolve('jest/bin/jest'), '--passWithNoTests', '--json', '--outputFile', RESULT_FILE]
// Jest reports on stderr, and Rush takes stderr for warnings
const { status, error } = spawnSync(process.execPath, [...args, ...process.argv.slice(2)], { stdio: ['ignore', 1, 1] })
if (error !== undefined) throw error
process.exitCode = status ?? 1
