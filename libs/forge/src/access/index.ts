export * from '../identity/actor';
export * from './namespace.policy';
export * from './repository.policy';
export * from './account.policy';
export * from './account-rights';
