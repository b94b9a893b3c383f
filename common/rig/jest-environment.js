/**
 * Jest's environment for Node, over a plain global object. Jest's own lies behind a proxy that is asked for every name which is not
 * local to its module, and keeps alive what the tests before have left: a third more processor time, and three times the memory.
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
