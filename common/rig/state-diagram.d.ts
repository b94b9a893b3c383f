export declare function drawnTransitions(name: string): string[]
