const { builtinModules } = require('node:module')

/** Folders of synchronous state machines and codecs: time, ids and randomness arrive there as input, effects leave as data */
const PURE_FILES = ['src/{state,session,wire}/**/*.ts']

const bare = builtinModules.filter((name) => !name.startsWith('_') && !name.startsWith('node:'))

const pureImports = [
  {
    regex: `^(node:|(${bare.join('|')})$)`,
    message: 'Pure code (state, session, wire) imports nothing from Node.'
  },
  {
    regex: '^\\.{1,2}/(.*/)?(runtime|transport|testing)(/|$)',
    message:
      'Pure code (state, session, wire) does not know runtime, transport or testing: the arrow points the other way.'
  }
]

const globals = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'process',
  'performance',
  'crypto',
  'require'
]

/** Rules of the pure folders besides their imports */
const pureRules = {
  'no-restricted-globals': [
    'error',
    ...globals.map((name) => ({ name, message: 'Pure code gets time, ids and randomness as input.' }))
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'Pure code gets the time as an argument.' },
    { object: 'Math', property: 'random', message: 'Pure code gets randomness as an argument.' },
    ...globals.map((property) => ({ object: 'globalThis', property, message: 'Pure code has no such global.' }))
  ],
  'no-restricted-syntax': [
    'error',
    { selector: "NewExpression[callee.name='Promise']", message: 'Pure code makes no promises: it appends effects.' },
    {
      selector: "MemberExpression[object.name='Promise']",
      message: 'Pure code makes no promises: it appends effects.'
    },
    { selector: ':function[async=true]', message: 'Pure code is synchronous.' },
    { selector: 'AwaitExpression', message: 'Pure code is synchronous.' },
    { selector: 'ImportExpression', message: 'Pure code is synchronous.' },
    {
      selector: "NewExpression[callee.name='Date'][arguments.length=0]",
      message: 'Pure code gets the time as an argument.'
    },
    { selector: "CallExpression[callee.name='Date']", message: 'Pure code gets the time as an argument.' }
  ]
}

module.exports = { PURE_FILES, pureImports, pureRules }
