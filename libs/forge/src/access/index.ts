export * from '../identity/actor';
export * from './repository.policy';
export * from './account.policy';
export * from './account-rights';
