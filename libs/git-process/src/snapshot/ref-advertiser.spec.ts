import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { formatPkt } from '@granary/wire';
import { runGit } from '../process/run-git';
import { changeObjectFormat } from '../repository/object-format';
import { advertiseRefs, type AdvertiseRefsOptions } from '../serve/advertise-refs';
import { readUploadPackRequest } from '../serve/upload-pack-request';
import { createFixture, mustGit, type Fixture } from '../testing/fixture';
import { createProject, until, type Project } from '../testing/project';
import { RefAdvertiser } from './ref-advertiser';

let fixture: Fixture;
let advertiser: RefAdvertiser;

beforeAll(async () => (fixture = await createFixture()));
afterAll(() => fixture.remove());
beforeEach(() => (advertiser = new RefAdvertiser(fixture.home)));

const project = (options: Partial<Parameters<typeof createProject>[2]> = {}) =>
  createProject(fixture, (name) => join(fixture.directory, 'repositories', `${name}.git`), {
    files: ['a'],
    ...options,
  });

async function pushed(options: Parameters<typeof project>[0] = {}): Promise<Project> {
  const made = await project(options);
  await mustGit(made.work, 'push', '--quiet', 'origin', 'main');
  return made;
}

/** A repository as a user would make it, and what is odd about it. */
const REPOSITORIES: [string, () => Promise<Project>][] = [
  ['an empty repository', () => project({ files: [] })],
  ['an empty repository of SHA-256', () => project({ files: [], objectFormat: 'sha256' })],
  ['one branch', () => pushed()],
  ['one branch of SHA-256', () => pushed({ objectFormat: 'sha256' })],
  [
    'tags of tags, a tag of a tree and of a blob, notes',
    async () => {
      const made = await pushed();
      for (const [tag, object] of [
        ['v1', 'main'],
        ['v2', 'v1'],
        ['v3', 'v2'],
        ['tree', 'main^{tree}'],
        ['blob', 'main:a'],
      ]) {
        await mustGit(made.work, 'tag', '-a', '-m', String(tag), String(tag), String(object));
      }
      await mustGit(made.work, 'tag', 'light', 'main');
      await mustGit(made.work, 'notes', 'add', '-m', 'a note', 'main');
      await mustGit(made.work, 'push', '--quiet', 'origin', 'refs/tags/*', 'refs/notes/*');
      await bare(made, 'pack-refs', '--all');
      await mustGit(made.work, 'push', '--quiet', 'origin', 'main:refs/heads/loose');
      return made;
    },
  ],
  [
    'a HEAD whose branch is gone',
    async () => {
      const made = await pushed();
      await bare(made, 'symbolic-ref', 'HEAD', 'refs/heads/none');
      return made;
    },
  ],
  [
    'a detached HEAD',
    async () => {
      const made = await pushed();
      await bare(made, 'update-ref', '--no-deref', 'HEAD', await mustGit(made.work, 'rev-parse', 'main'));
      return made;
    },
  ],
  [
    'hidden refs, a symbolic ref and names beyond ASCII',
    async () => {
      const made = await pushed();
      const head = await mustGit(made.work, 'rev-parse', 'main');
      for (const name of [
        'refs/pull/1/head',
        'refs/replace/x',
        'refs/granary/keep',
        'refs/pullover',
        'refs/heads/zoë/日本',
      ]) {
        await bare(made, 'update-ref', name, head);
      }
      await bare(made, 'symbolic-ref', 'refs/heads/alias', 'refs/heads/main');
      return made;
    },
  ],
];

const bare = ({ path }: Project, ...args: string[]) => runGit(fixture.home, { repositoryPath: path, args });

describe.each(REPOSITORIES)('%s', (_name, make) => {
  it.each(['git-upload-pack', 'git-receive-pack'] as const)('is advertised for %s as git does it', async (service) => {
    const { path: repositoryPath } = await make();
    for (const protocol of [undefined, 'version=1', 'version=2']) {
      const options = { service, repositoryPath, protocol };
      const mine = await advertiser.advertise(options);
      const answer = mine instanceof Readable ? await buffer(mine) : mine;
      expect(tokens(answer)).toEqual(tokens(await buffer(advertiseRefs(fixture.home, options))));
    }
  });

  it('is told to ls-refs as git does it', async () => {
    const made = await make();
    const sha256 = (await mustGit(made.work, 'rev-parse', '--show-object-format')) === 'sha256';
    for (const wants of [[], ['peel', 'symrefs', 'unborn'], ['symrefs', 'ref-prefix refs/heads/', 'ref-prefix HEAD']]) {
      const request = lsRefs(sha256 ? 'sha256' : 'sha1', wants);
      const { stdout } = await runGit(fixture.home, {
        args: ['upload-pack', '--stateless-rpc', made.path],
        env: { GIT_PROTOCOL: 'version=2' },
        stdin: request,
      });
      expect(await ask(made, request)).toEqual(stdout.toString('latin1'));
    }
  });
});

/** The order of capabilities means nothing. */
const tokens = (advertisement: Buffer) =>
  advertisement
    .toString('latin1')
    .split('\n')
    .map((line) => line.replace(/\0.*$/, (words) => words.split(/[\0 ]/).filter(Boolean).sort().join(' ')));

const lsRefs = (format: string, wants: string[]) =>
  Buffer.concat([
    ...['command=ls-refs\n', 'agent=test\n', `object-format=${format}\n`].map((line) => formatPkt(line)),
    Buffer.from('0001'),
    ...wants.map((line) => formatPkt(`${line}\n`)),
    Buffer.from('0000'),
  ]);

async function ask({ path }: Project, request: Buffer): Promise<string | null> {
  const input = Readable.from([request.subarray(0, 7), request.subarray(7)], { objectMode: false });
  const asked = await readUploadPackRequest(input, 'version=2');
  if (asked.kind !== 'ls-refs') throw new Error(`this was read as ${asked.kind}`);
  return (await advertiser.lsRefs({ repositoryPath: path }, asked.request))?.toString('latin1') ?? null;
}

const branches = async (made: Project) => (await ask(made, lsRefs('sha1', ['ref-prefix refs/heads/']))) ?? '';

it('tells of a move as soon as it is done, whoever made it', async () => {
  const made = await pushed();
  const first = await mustGit(made.work, 'rev-parse', 'main');
  for (let at = 0; at < 20; at++) {
    await bare(made, 'update-ref', `refs/heads/deep/er/${at % 3}`, first);
    expect(await branches(made)).toContain(`refs/heads/deep/er/${at % 3}\n`);
    await bare(made, 'update-ref', '-d', `refs/heads/deep/er/${at % 3}`);
    expect(await branches(made)).not.toContain('deep');
  }
});

it('asks git once for refs that rest, and again after each move', async () => {
  const made = await pushed();
  const first = await mustGit(made.work, 'rev-parse', 'main');
  await until(async () => (await branches(made)) !== '' && advertiser.counts.hits > 0);
  const { reads } = advertiser.counts;
  for (let at = 0; at < 10; at++) await branches(made);
  expect(advertiser.counts.reads).toBe(reads);

  await bare(made, 'update-ref', 'refs/heads/next', first);
  expect(await branches(made)).toContain('refs/heads/next');
  await bare(made, 'pack-refs', '--all', '--prune');
  expect(await branches(made)).toContain('refs/heads/next');
  await until(async () => (await branches(made)) !== '' && advertiser.counts.hits > 10);
  await bare(made, 'update-ref', '-d', 'refs/heads/next');
  expect(await branches(made)).not.toContain('refs/heads/next');
});

it('gives no client refs from before its question, however many ask at once', async () => {
  const made = await pushed();
  const first = await mustGit(made.work, 'rev-parse', 'main');
  const asked: Promise<void>[] = [];
  for (let at = 0; at < 15; at++) {
    await bare(made, 'update-ref', `refs/heads/b${at}`, first);
    for (let client = 0; client < 4; client++) {
      asked.push(branches(made).then((answer) => expect(answer).toContain(`refs/heads/b${at}\n`)));
    }
  }
  await Promise.all(asked);
  expect(advertiser.counts.reads).toBeLessThan(60);
});

describe('what is for git to answer', () => {
  it('is a request for another object format', async () => {
    expect(await ask(await pushed(), lsRefs('sha256', []))).toBeNull();
  });

  it('are more refs than may be kept', async () => {
    const made = await pushed();
    const first = await mustGit(made.work, 'rev-parse', 'main');
    await mkdir(made.path, { recursive: true });
    const lines = Array.from({ length: 400 }, (_, at) => `${first} refs/heads/many/${String(at).padStart(3, '0')}\n`);
    await appendFile(
      join(made.path, 'packed-refs'),
      `# pack-refs with: peeled fully-peeled sorted \n${lines.join('')}`,
    );
    const small = new RefAdvertiser(fixture.home, { maxBytes: 16 * 1024 });
    const stream = await small.advertise({ service: 'git-upload-pack', repositoryPath: made.path });
    expect(stream).toBeInstanceOf(Readable);
    expect((await buffer(stream as Readable)).toString()).toContain('refs/heads/many/399');
  });
});

it('makes room for repositories that were asked for lately', async () => {
  const small = new RefAdvertiser(fixture.home, { maxBytes: 8 * 1024 });
  const projects = [await pushed(), await pushed(), await pushed(), await pushed(), await pushed()];
  for (const { path } of projects) await small.advertise({ service: 'git-upload-pack', repositoryPath: path });
  for (const made of projects) {
    const told = await small.advertise({ service: 'git-receive-pack', repositoryPath: made.path });
    expect(String(told)).toContain(await mustGit(made.work, 'rev-parse', 'main'));
  }
});

describe('the first push, which may choose the object format', () => {
  it('is told of both formats as long as there is no ref', async () => {
    const made = await project();
    const told = String(await advertiser.advertiseAnyFormat(made.path));
    expect(told).toContain(`${'0'.repeat(40)} .have\0`);
    expect(told).toContain(' object-format=sha1 object-format=sha256 ');
    await mustGit(made.work, 'push', '--quiet', 'origin', 'main');
    expect(await advertiser.advertiseAnyFormat(made.path)).toBeNull();
  });

  it('is told of one format in a repository that was made with SHA-256', async () => {
    const made = await project({ files: [], objectFormat: 'sha256' });
    expect(await advertiser.advertiseAnyFormat(made.path)).toBeNull();
  });

  it('leaves nothing behind that was true before it', async () => {
    const { path } = await project({ files: [] });
    const questions: Pick<AdvertiseRefsOptions, 'service' | 'protocol'>[] = [
      { service: 'git-upload-pack', protocol: 'version=2' },
      { service: 'git-receive-pack' },
    ];
    const answers = async (isEmpty: boolean) =>
      Promise.all(
        questions.map(async (question) => {
          const told = await advertiser.advertise({ ...question, repositoryPath: path, isEmpty });
          return String(Buffer.isBuffer(told) ? told : await buffer(told));
        }),
      );
    for (const each of await answers(true)) expect(each).toContain('object-format=sha1');
    expect(await changeObjectFormat(fixture.home, path, 'sha256')).toBe(true);
    for (const each of await answers(false)) expect(each).toContain('object-format=sha256');
  });
});
