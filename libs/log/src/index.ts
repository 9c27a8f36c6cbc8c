export * from './error-facts';
export * from './library-output';
export * from './log';
