export declare function expectRefused(call: () => unknown, named: string): Promise<void>
