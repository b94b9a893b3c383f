const profile = require('@rushstack/eslint-config/flat/profile/node')
const { withoutTypeInformation } = require('@rushstack/eslint-config/flat/without-type-information')
const licenceHeader = require('./licence-header')
const { PURE_FILES, pureImports, pureRules } = require('./purity')

const TESTS = ['**/__tests__/**/*.ts', '**/*.test.ts']

const zeromq = { regex: '^zeromq(/|$)', message: "Only packages/backrpc/src/transport/zeromq.ts imports 'zeromq'." }

const restrictImports = (patterns) => ({ 'no-restricted-imports': ['error', { patterns }] })

/**
 * Flat ESLint config of one package: `module.exports = require('@hcengineering/network-rig/eslint')()`. It knows no types, which
 * took most of its time; the few rules that need them are those of `rig-lint-types`.
 *
 * @param options.console globs of the files that may write to the console: programs, not libraries
 * @param options.zeromq globs of the files that may import 'zeromq', tests aside
 * @param options.forbidden packages this one may not import, with their sub-paths
 */
module.exports = ({ console: consoleFiles = [], zeromq: zeromqFiles = [], forbidden = [] } = {}) => {
  const packages = forbidden.map((name) => ({
    regex: `^${name}(/|$)`,
    message: 'The arrows between the packages point one way, and client and server never import each other.'
  }))
  const config = [
    { ignores: ['lib/**', 'bundle/**', 'coverage/**', 'temp/**', '**/*.js', '**/*.cjs', '**/*.mjs'] },
    ...profile,
    ...withoutTypeInformation({ files: ['**/*.ts'] }),
    {
      files: ['**/*.ts'],
      // No rule reads docstrings: packages/api-reference does
      languageOptions: { parserOptions: { jsDocParsingMode: 'none' } },
      plugins: { network: { rules: { 'licence-header': licenceHeader } } },
      rules: {
        '@typescript-eslint/naming-convention': 'off', // its I-prefix for interfaces clashes with our public names
        '@typescript-eslint/typedef': 'off',
        '@typescript-eslint/explicit-member-accessibility': 'off',
        '@typescript-eslint/parameter-properties': 'off',
        '@typescript-eslint/explicit-function-return-type': 'error',
        '@rushstack/no-new-null': 'off',
        'no-console': 'error',
        '@typescript-eslint/no-explicit-any': 'error', // the fixed public signatures excepted, line by line, with a reason
        '@rushstack/typedef-var': 'off',
        'no-void': ['error', { allowAsStatement: true }],
        'network/licence-header': 'error',
        ...restrictImports([zeromq, ...packages])
      }
    },
    {
      files: PURE_FILES,
      ignores: TESTS,
      rules: { ...pureRules, ...restrictImports([zeromq, ...pureImports, ...packages]) }
    },
    { files: ['src/wire/**/*.ts'], rules: { 'no-bitwise': 'off' } }, // bits are its matter
    { files: [...TESTS, ...zeromqFiles], rules: restrictImports(packages) }
  ]
  if (consoleFiles.length > 0) config.push({ files: consoleFiles, rules: { 'no-console': 'off' } })
  return config
}
