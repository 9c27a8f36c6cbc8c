import { progressText, storageText, withChange, withItem, type UploadItem } from './upload-item';

const item = (path: string, more: Partial<UploadItem> = {}): UploadItem => ({
  path,
  sizeBytes: 1,
  state: 'waiting',
  sentBytes: 0,
  id: null,
  storage: null,
  fault: null,
  ...more,
});

it('keeps one file a path, in order', () => {
  const items = withItem(withItem([item('b')], item('a')), item('b', { sizeBytes: 2 }));
  expect(items.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
});

it('changes the file of that path alone', () => {
  const [one, two] = withChange([item('a'), item('b')], { path: 'b', state: 'here' });
  expect([one?.state, two?.state]).toEqual(['waiting', 'here']);
});

it('tells how far the files are', () => {
  expect(progressText([])).toBe('');
  expect(progressText([item('a', { state: 'here' })])).toBe('1 of 1 file is ready.');
  const items = [item('a', { state: 'here' }), item('b', { state: 'failed' }), item('c')];
  expect(progressText(items)).toBe('1 of 3 files are ready, 1 failed.');
});

it.each([
  [{ lfs: false, reason: null, pattern: null }, 'Git'],
  [{ lfs: true, reason: 'large', pattern: null }, 'Git LFS'],
  [{ lfs: true, reason: 'required_pattern', pattern: '*.psd' }, 'Git LFS, by the rule *.psd'],
  [{ lfs: true, reason: 'attributes', pattern: null }, 'Git LFS, by .gitattributes'],
] as const)('calls %j %s', (storage, text) => {
  expect(storageText({ path: 'x', forced: false, ...storage })).toBe(text);
});
