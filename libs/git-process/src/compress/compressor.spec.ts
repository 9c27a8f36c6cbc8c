import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { DEFAULT_SEARCH_PATH } from '../home/git-version';
import { compress, findCompressors, type Compressor, type CompressorName } from './compressor';

const NAMES: CompressorName[] = ['bzip2', 'xz', 'zstd'];
let found: ReadonlyMap<CompressorName, Compressor>;
beforeAll(async () => (found = await findCompressors(DEFAULT_SEARCH_PATH)));

const get = (name: CompressorName): Compressor => found.get(name) as Compressor;

async function* pieces(content: Buffer, chunkBytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += chunkBytes) yield content.subarray(at, at + chunkBytes);
}

/** Children of this process that run `name`, from /proc. */
async function running(name: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((id) => /^\d+$/.test(id));
  const stats = await Promise.all(ids.map((id) => readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')));
  return stats.filter((stat) => new RegExp(`^\\d+ \\(${name}\\) [^Z] ${process.pid} `).test(stat));
}

it('finds what is there with its version, and nothing where nothing is', async () => {
  for (const name of NAMES) expect(get(name).version).toMatch(/^\d+\.\d+/);
  expect((await findCompressors('/nonexistent')).size).toBe(0);
});

it.each(NAMES)('%s gives back what it was given, in the same bytes however it comes', async (name) => {
  const content = Buffer.concat([Buffer.alloc(1_000_000, 'text '), randomBytes(300_000)]);
  const packed = await buffer(compress(get(name), pieces(content, 65_536)));
  expect(execFileSync(name, ['-dc'], { input: packed, maxBuffer: 1e8 }).equals(content)).toBe(true);
  expect((await buffer(compress(get(name), pieces(content, 999)))).equals(packed)).toBe(true);
});

it.each(NAMES)('%s fails with its source, and never ends well then', async (name) => {
  const broken = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.alloc(100_000, 'x');
    throw new Error('the store is gone');
  };
  await expect(buffer(compress(get(name), broken()))).rejects.toThrow('the store is gone');
  expect(await running(name)).toEqual([]);
});

it.each(NAMES)('%s ends with its owner, and with its reader', async (name) => {
  const endless = async function* (): AsyncGenerator<Buffer> {
    for (;;) yield randomBytes(65_536);
  };
  const owner = new AbortController();
  const read = buffer(compress(get(name), endless(), owner.signal));
  owner.abort(new Error('the client has left'));
  await expect(read).rejects.toThrow('the client has left');
  for await (const chunk of compress(get(name), endless())) if (chunk.length > 0) break;
  expect(await running(name)).toEqual([]);
});

it('fails when the program does', async () => {
  const absent = { ...get('xz'), searchPath: '/nonexistent' };
  await expect(buffer(compress(absent, pieces(Buffer.from('x'), 1)))).rejects.toThrow('xz could not be started');
});
