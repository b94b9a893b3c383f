/**
 * Flags of Node for programs that end soon, as tests and checks do: Node 20 compiles functions anew, for speed, as soon as they have
 * run for a moment, and a third of the processor time of such a program goes into that. Later releases do not know the flag.
 */
module.exports = process.versions.node.startsWith('20.') ? ['--interrupt-budget=1000000'] : []
