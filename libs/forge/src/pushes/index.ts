export * from './initial-commit.service';
export * from './push-record.service';
export * from './pushes.service';
export * from './reconcile.service';
