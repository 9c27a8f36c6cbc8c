export * from './disk-room.service';
export * from './first-push.service';
export * from './commit-author';
export * from './initial-commit.service';
export * from './push-record.service';
export * from './pushes.service';
export * from './reconcile.service';
export * from './ref-moves.service';
export { PushJudge } from './push-judge.service';
