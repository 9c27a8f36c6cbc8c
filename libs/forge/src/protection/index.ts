export * from './kept-history.policy';
export * from './protection.policy';
export * from './protections.service';
export * from './push-rules';
export * from './push-rules.service';
