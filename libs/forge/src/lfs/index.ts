export * from './lfs-batch.service';
export * from './lfs-credential';
export * from './lfs-link.entity';
export * from './lfs-object.entity';
export * from './lfs-objects.service';
export * from './transfer-grant';
export * from './lfs-locks.service';
