const HEADER = ['// Copyright © 2026 Hardcore Engineering Inc.', '// SPDX-License-Identifier: EPL-2.0']

/** Local ESLint rule: every file begins with the two-line licence header (a `#!` line may stand before it) */
module.exports = {
  meta: {
    type: 'suggestion',
    fixable: 'code',
    schema: [],
    messages: { missing: `The file must begin with the licence header: ${HEADER.join(' / ')}` }
  },
  create: (context) => ({
    Program() {
      const { lines, text } = context.sourceCode
      const first = lines[0].startsWith('#!') ? 1 : 0
      if (lines[first] === HEADER[0] && lines[first + 1] === HEADER[1]) return
      const start = first === 0 ? 0 : Math.min(text.indexOf('\n') + 1, text.length)
      context.report({
        loc: { line: first + 1, column: 0 },
        messageId: 'missing',
        fix: (fixer) => fixer.insertTextBeforeRange([start, start], `${HEADER.join('\n')}\n\n`)
      })
    }
  })
}
