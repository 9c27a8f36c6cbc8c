export * from './change';
export { type Person } from './commit-text';
export * from './edits.service';
export { SUGGESTED_LFS_SIZE_BYTES, type StorageChoice } from './lfs-choice';
export { lfsMarks } from './lfs-marks';
export { type StagedUpload } from './staged-upload';
export { faultOfTreePath } from './tree-path';
export * from './upload-commits.service';
export * from './uploads.service';
