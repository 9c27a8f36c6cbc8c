export type {
  ByteRange,
  ListedObject,
  ObjectFacts,
  ObjectStore,
  PresignedPut,
  PresignGetOptions,
  PresignPutOptions,
  PutOptions,
  ReadOptions,
} from './object-store';
export { checkObjectKey, checkObjectPrefix } from './object-key';
export { concatenated } from './concatenated';
export { hashing, measure, type Measure } from './measure/measure';
export type { Measurement } from './measure/measurement';
export type { Hashing } from './measure/hashing';
export { openFsObjectStore, type FsObjectStoreOptions } from './fs/fs-object-store';
export { createS3ObjectStore, S3ObjectStore, type S3ObjectStoreOptions } from './s3/s3-object-store';
