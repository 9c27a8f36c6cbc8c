import type { PushRuleValues } from '@granary/api-contract';
import { parseCommit, type CommitObject } from '@granary/wire';
import { DEFAULT_PUSH_RULES } from '../../protection';
import { Inspection, JUDGED_SIZE } from './inspection';
import { inspect, type Case } from './testing/inspected';
import { MemoryObjects } from './testing/memory-objects';

const OID = 'ab'.repeat(32);
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${OID}\nsize 5\n`;
const pointerOf = (oid: string, sizeBytes = 5) => POINTER.replace(OID, oid).replace('size 5', `size ${sizeBytes}`);

describe('the size of a file', () => {
  const rules = { max_file_size_bytes: 2000 };
  const sized = async (sizeBytes: number) =>
    (await inspect({ rules, files: [['a.bin', 'z'.repeat(sizeBytes)]] })).inspection.tooLarge.samples();

  it('may be what the rule says, and no byte more', async () => {
    expect(await sized(2000)).toEqual([]);
    expect(await sized(2001)).toEqual(['a.bin (2.0 KiB)']);
  });

  it('is marked as judged, so that nobody judges it again by its id', async () => {
    const { reader, oids } = await inspect({ rules, files: [['a.bin', 'z'.repeat(2001)]] });
    expect(reader.index.isMarked(reader.index.find(oids[0] ?? ''), JUDGED_SIZE)).toBe(true);
  });

  it('is not asked of what the repository had', async () => {
    expect((await inspect({ rules, old: [['a.bin', 'z'.repeat(2001)]] })).inspection.tooLarge.count).toBe(0);
  });

  it('is judged for every file, the first of the index too', async () => {
    const contents = Array.from({ length: 6 }, (_, at) => String(at).repeat(2001));
    const files = contents.map((content, at): [string, string] => [`${at}.bin`, content]);
    expect((await inspect({ rules, files })).inspection.tooLarge.count).toBe(6);
  });
});

describe('what has to be in LFS', () => {
  const notLfs = async (given: Case) => (await inspect(given)).inspection.notLfs.samples();

  it('is what is larger than the rule says, whatever it is called', async () => {
    const files = (sizeBytes: number): Case['files'] => [['a.txt', 'z'.repeat(sizeBytes)]];
    const rules = { lfs_required_size_bytes: 3000 };
    expect(await notLfs({ rules, files: files(3000) })).toEqual([]);
    expect(await notLfs({ rules, files: files(3001) })).toEqual(['a.txt (2.9 KiB)']);
    expect(await notLfs({ rules: { lfs_required_size_bytes: null }, files: files(3001) })).toEqual([]);
    expect(await notLfs({ rules, old: files(3001) })).toEqual([]);
  });

  it('is never a small file by its size alone', async () => {
    const rules = { lfs_required_size_bytes: 10 };
    expect(await notLfs({ rules, files: [['a.txt', 'z'.repeat(1023)]] })).toEqual([]);
    expect(await notLfs({ rules, files: [['a.txt', 'z'.repeat(1024)]] })).toEqual(['a.txt (1.0 KiB)']);
  });

  it('is a file of the patterns, small or large, unless it is a pointer or empty', async () => {
    const rules = { lfs_required_patterns: ['*.psd', '*.bin'] };
    const files: Case['files'] = [
      ['small.psd', 'z'],
      ['long.bin', 'z'.repeat(1024)],
      ['pointer.psd', POINTER],
      ['empty.psd', ''],
      ['other.txt', 'y'],
    ];
    expect(await notLfs({ rules, files })).toEqual(['small.psd (1 B)', 'long.bin (1.0 KiB)']);
    // Of what the repository had, the path is new.
    expect(await notLfs({ rules, old: files })).toEqual(['small.psd (1 B)', 'long.bin (1.0 KiB)']);
  });

  it('is no .gitattributes, which says what is', async () => {
    expect(await notLfs({ rules: { lfs_required_patterns: ['*'] }, files: [['.gitattributes', '*.bin']] })).toEqual([]);
  });

  it('is judged at each path, though the content is the same', async () => {
    const rules = { lfs_required_patterns: ['*.psd'] };
    const files: Case['files'] = [
      ['a.txt', 'same'],
      ['a.psd', 'same'],
      ['b.psd', 'same'],
    ];
    expect(await notLfs({ rules, files })).toEqual(['a.psd (4 B)', 'b.psd (4 B)']);
  });
});

describe('LFS pointers', () => {
  it('name an object at each of the first hundred places', async () => {
    const files = Array.from({ length: 100 }, (_, at): [string, string] => [`${at}.bin`, POINTER]);
    const { pointers } = (await inspect({ files })).inspection;
    const [object] = [...pointers.values()];
    expect(pointers.size).toBe(1);
    expect(object).toMatchObject({ oid: OID, sizeBytes: 5, hasMoreUses: false });
    expect(object?.uses.map(({ path }) => path)).toEqual(files.map(([path]) => path));
    expect(object?.uses[0]).toEqual({ tree: 'root', path: '0.bin' });
    const more = (await inspect({ files: [...files, ['100.bin', POINTER]] })).inspection.pointers.get(OID);
    expect({ ...more, uses: more?.uses.length }).toEqual({ oid: OID, sizeBytes: 5, uses: 100, hasMoreUses: true });
  });

  it('of different objects are kept apart', async () => {
    const other = 'cd'.repeat(32);
    const { pointers } = (
      await inspect({
        files: [
          ['a.bin', POINTER],
          ['b.bin', pointerOf(other, 7)],
        ],
      })
    ).inspection;
    expect([...pointers.values()].map(({ oid, sizeBytes }) => [oid, sizeBytes])).toEqual([
      [OID, 5],
      [other, 7],
    ]);
  });

  it('of size 0 name nothing', async () => {
    expect((await inspect({ files: [['a.bin', pointerOf(OID, 0)]] })).inspection.pointers.size).toBe(0);
  });

  it('name nothing where nothing is asked for any more', async () => {
    const objects = new MemoryObjects();
    const oid = objects.blob(POINTER);
    const inspection = new Inspection(DEFAULT_PUSH_RULES, objects.reader([oid]), new Map());
    inspection.isDemanding = false;
    await inspection.change({ path: 'a.bin', mode: 0o100644, oid }, 'root');
    await inspection.settle();
    expect(inspection.pointers.size).toBe(0);
  });

  it('of the repository are read at a path of the patterns alone', async () => {
    const old: Case['old'] = [['a.bin', POINTER]];
    expect((await inspect({ old })).inspection.pointers.size).toBe(0);
    const demanded = await inspect({ old, rules: { lfs_required_patterns: ['*.bin'] } });
    expect(demanded.inspection.pointers.size).toBe(1);
  });

  it('have fewer than 1,024 bytes: what is longer is not read for them', async () => {
    const long = (sizeBytes: number) => POINTER.replace('oid', `ext-0-x sha256:${OID}\noid`).padEnd(sizeBytes, '\n');
    const { objects } = await inspect({ files: [['a.bin', long(1024)]], rules: { secret_scanning: 'off' } });
    expect(objects.read).toEqual([]);
    const short = await inspect({ files: [['a.bin', long(1023)]], rules: { secret_scanning: 'off' } });
    expect(short.objects.read).toEqual(short.oids);
  });

  it('read once are read again at another path, other small files are not', async () => {
    const twice = async (content: string) => {
      const files: Case['files'] = [
        ['a', content],
        ['b', content],
      ];
      return (await inspect({ files, rules: { secret_scanning: 'off' } })).objects.read.length;
    };
    expect(await twice(POINTER)).toBe(2);
    expect(await twice('text')).toBe(1);
  });
});

it('reads no empty file', async () => {
  expect((await inspect({ files: [['empty', '']] })).objects.read).toEqual([]);
});

describe('addresses of authors', () => {
  const strangers = (patterns: string[], author: string, committer?: string) => {
    const objects = new MemoryObjects();
    const inspection = new Inspection(
      { ...DEFAULT_PUSH_RULES, commit_email_patterns: patterns },
      objects.reader([]),
      new Map(),
    );
    const parsed = parseCommit(Buffer.from(commitText(author, committer ?? author)));
    inspection.commit('0123456789abcdef'.padEnd(40, '0'), parsed as CommitObject);
    return inspection.emails.samples();
  };
  const commitText = (author: string, committer: string) =>
    `tree ${'1'.repeat(40)}\nauthor A <${author}> 1 +0000\ncommitter C <${committer}> 1 +0000\n\nm\n`;

  it('match one of the patterns, in any case', () => {
    const patterns = ['*@Example.com', '*@example.org'];
    expect(strangers(patterns, 'Ada@EXAMPLE.com', 'bob@example.org')).toEqual([]);
    expect(strangers(patterns, 'eve@evil.test', 'ada@example.com')).toEqual(['0123456789ab eve@evil.test']);
    expect(strangers(patterns, 'ada@example.com', 'eve@evil.test')).toEqual(['0123456789ab eve@evil.test']);
    expect(strangers(patterns, 'eve@evil.test')).toEqual(['0123456789ab eve@evil.test']);
  });

  it('are anybody’s where there is no pattern', () => {
    expect(strangers([], 'eve@evil.test')).toEqual([]);
  });
});

it('asks for deletions where somebody holds a lock', () => {
  const reader = new MemoryObjects().reader([]);
  const held = new Map([['a', { path: 'a', owner: 'bob' }]]);
  expect(new Inspection(DEFAULT_PUSH_RULES, reader, new Map()).needsDeletions).toBe(false);
  expect(new Inspection(DEFAULT_PUSH_RULES, reader, held).needsDeletions).toBe(true);
});

it('judges a deletion by its lock alone', async () => {
  const reader = new MemoryObjects().reader([]);
  const held = new Map([['a.exe', { path: 'a.exe', owner: 'bob' }]]);
  const inspection = new Inspection({ ...DEFAULT_PUSH_RULES, forbidden_paths: ['*.exe'] }, reader, held);
  await inspection.change({ path: 'a.exe', mode: 0o100644, oid: null }, 'root');
  expect(inspection.locked.samples()).toEqual(['a.exe (locked by bob)']);
  expect(inspection.forbidden.count).toBe(0);
  expect(inspection.reusesContent).toBe(false);
});

it('tells whether a path got a content that the repository had', async () => {
  const files: Case['files'] = [['a', 'text']];
  expect((await inspect({ files })).inspection.reusesContent).toBe(false);
  expect((await inspect({ old: files })).inspection.reusesContent).toBe(true);
});

describe('a path', () => {
  const FILE = 0o100644;
  const [PROGRAM, SYMLINK, SUBMODULE] = [0o100755, 0o120000, 0o160000];

  async function changed(path: string, mode: number, rules: Partial<PushRuleValues>) {
    const objects = new MemoryObjects();
    const oid = objects.blob('text');
    const held = new Map([['held', { path: 'held', owner: 'bob' }]]);
    const inspection = new Inspection({ ...DEFAULT_PUSH_RULES, ...rules }, objects.reader([oid]), held);
    await inspection.change({ path, mode, oid }, 'root');
    await inspection.settle();
    return inspection;
  }

  it('is forbidden whatever lies there', async () => {
    const rules = { forbidden_paths: ['*.env', '*.key'] };
    for (const mode of [FILE, PROGRAM, SYMLINK, SUBMODULE]) {
      expect((await changed('a.env', mode, rules)).forbidden.samples()).toEqual(['a.env']);
    }
    expect((await changed('a.key', FILE, rules)).forbidden.samples()).toEqual(['a.key']);
    expect((await changed('a.txt', FILE, rules)).forbidden.samples()).toEqual([]);
  });

  it('has to be in LFS where a file or a program lies there, and nothing else', async () => {
    const rules = { lfs_required_patterns: ['*.psd'] };
    for (const mode of [FILE, PROGRAM]) expect((await changed('a.psd', mode, rules)).notLfs.count).toBe(1);
    for (const mode of [SYMLINK, SUBMODULE]) expect((await changed('a.psd', mode, rules)).notLfs.count).toBe(0);
  });

  it('is held by whom its lock names', async () => {
    expect((await changed('held', FILE, {})).locked.samples()).toEqual(['held (locked by bob)']);
    expect((await changed('free', FILE, {})).locked.samples()).toEqual([]);
  });
});
