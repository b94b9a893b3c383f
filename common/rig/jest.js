/** Jest config shared by all packages; types are checked by `tsc` in the build, so the transform only strips them */
module.exports = {
  testEnvironment: require.resolve('./jest-environment'),
  testTimeout: 30_000,
  roots: ['<rootDir>/src'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': require.resolve('./jest-transform') },
  collectCoverageFrom: ['src/**/*.ts', '!src/**/__tests__/**'],
  coverageReporters: ['text-summary', 'json', 'lcov']
}
