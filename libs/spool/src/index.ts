export type { GrowingFileRoom } from './growing-file';
export { SharedBody, type ReaderPlace } from './shared-body';
export { SpoolRoom, type SpoolRoomOptions } from './spool-room';
export { TurnBudget } from './turn-budget';
