import { ProtocolError } from '../protocol-error';
import { ScratchRepository } from '../testing/scratch-repository';
import { LOG_FORMAT, parseLog } from './log';

describe('parseLog', () => {
  let repository: ScratchRepository;
  let tree: string;
  beforeAll(() => {
    repository = new ScratchRepository();
    tree = repository.line(['mktree'], { input: '' });
  });
  afterAll(() => repository.remove());

  const log = (...args: string[]) =>
    parseLog(repository.git(['log', '-z', '--encoding=UTF-8', `--format=${LOG_FORMAT}`, ...args]).toString());

  it('reads merges, bodies and many commits', () => {
    const root = repository.line(['commit-tree', tree, '-m', 'Root ü']);
    const side = repository.line(['commit-tree', tree, '-p', root, '-m', 'Side']);
    const message = 'Merge\nwrapped\n\nline one\n\nline two\n\n';
    const merge = repository.line(['commit-tree', tree, '-p', root, '-p', side, '-F', '-'], { input: message });
    const author = { name: 'Ada', email: 'ada@example.com', date: '2023-11-14T23:13:20+01:00' };
    const committer = { name: 'Grace', email: 'grace@example.com', date: '2023-11-14T18:45:00-03:30' };
    const shared = { tree, author, committer };
    expect(log('--topo-order', merge)).toEqual([
      { sha: merge, parents: [root, side], ...shared, subject: 'Merge wrapped', body: 'line one\n\nline two' },
      { sha: side, parents: [root], ...shared, subject: 'Side', body: '' },
      { sha: root, parents: [], ...shared, subject: 'Root ü', body: '' },
    ]);
  });

  it('reads people and dates that git itself cannot read', () => {
    const text = `tree ${tree}\nauthor A <a@b> soon\ncommitter nobody 12 +0\n\n`;
    const epoch = '1970-01-01T00:00:00+00:00';
    expect(log(repository.store('commit', text))).toMatchObject([
      {
        author: { name: 'A', email: 'a@b', date: epoch },
        committer: { name: '', email: '', date: epoch },
        subject: '',
      },
    ]);
  });

  it('reads nothing from nothing', () => {
    expect(parseLog('')).toEqual([]);
  });

  it.each(['abc', 'a\0b\0'])('refuses %j', (output) => {
    expect(() => parseLog(output)).toThrow(ProtocolError);
  });
});
