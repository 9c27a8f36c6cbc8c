export * from './git-purge.service';
export * from './kept-tips.service';
export * from './maintenance.service';
export * from './maintenance-state.service';
export { type MaintenanceTask } from './maintenance.policy';
export * from './purge-requests.service';
