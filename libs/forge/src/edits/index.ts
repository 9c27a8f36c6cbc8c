export * from './change';
export { type Person } from './commit-text';
export * from './edits.service';
