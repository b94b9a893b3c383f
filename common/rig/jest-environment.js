/**
 * Jest's environment for Node, over a plain global object. Jest's own lies behind a proxy that is asked for every name which is not
 * local to its module: in core that took a third more processor time, and three times the memory.
 */
const vm = require('node:vm')
const { TestEnvironment } = require('jest-environment-node')

module.exports = class extends TestEnvironment {
  constructor(config, context) {
    const { createContext } = vm
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY)
    try {
      super(config, context)
    } finally {
      vm.createContext = createContext
    }
  }
}
