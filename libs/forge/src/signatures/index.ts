export * from './signatures.service';
export * from './verification.policy';
