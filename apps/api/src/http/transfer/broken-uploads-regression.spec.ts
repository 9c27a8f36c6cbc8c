import { MIB } from '@granary/kernel';
import { BrokenUploads, type BasicUpload } from './broken-uploads';

const upload: BasicUpload = { repositoryId: 1, oid: 'a'.repeat(64), sizeBytes: 200 * MIB };

it('tells what resumes once an upload broke off three times, and lets the next try through', () => {
  const broken = new BrokenUploads();
  for (const receivedBytes of [3 * MIB, 5 * MIB]) broken.note(upload, receivedBytes);
  expect(() => broken.tellOnce(upload)).not.toThrow();
  broken.note(upload, 4 * MIB);
  expect(() => broken.tellOnce({ ...upload, repositoryId: 2 })).not.toThrow();
  expect(() => broken.tellOnce(upload)).toThrow(
    expect.objectContaining({
      code: 'invalid',
      message: `The upload of ${upload.oid} broke off 3 times, after 5.0 of 200.0 MiB at most.`,
      hint: expect.stringContaining('git config lfs.tustransfers true'),
    }),
  );
  expect(() => broken.tellOnce(upload)).not.toThrow();
  expect(broken.total).toBe(3);
});

it('forgets what arrived', () => {
  const broken = new BrokenUploads();
  for (let turn = 0; turn < 3; turn++) broken.note(upload, MIB);
  broken.done(upload);
  expect(() => broken.tellOnce(upload)).not.toThrow();
});

it('keeps a bounded number, the latest', () => {
  const broken = new BrokenUploads();
  const other = (repositoryId: number) => ({ ...upload, repositoryId });
  for (let turn = 0; turn < 3; turn++) broken.note(upload, MIB);
  for (let id = 2; id <= 1_001; id++) broken.note(other(id), MIB);
  expect(() => broken.tellOnce(upload)).not.toThrow();
  for (let turn = 0; turn < 2; turn++) broken.note(other(1_001), MIB);
  expect(() => broken.tellOnce(other(1_001))).toThrow('broke off 3 times');
});
