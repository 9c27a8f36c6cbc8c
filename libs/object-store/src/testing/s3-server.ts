import { randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Debian's interpreter, whatever else is first in the PATH: the packages belong to it. */
const PYTHON = '/usr/bin/python3';
const PACKAGES = ['swift-proxy', 'swift-account', 'swift-container', 'swift-object'];

export interface S3Server {
  endpoint: string;
  accessKey: string;
  secretKey: string;
  region: string;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/** A real S3 API on the loopback for tests: OpenStack Swift with s3api, empty, with credentials of its own. */
export async function startS3(): Promise<S3Server> {
  demandPackages();
  const directory = await mkdtemp(join(tmpdir(), 'granary-s3-'));
  const access = { accessKey: 'test:granary', secretKey: randomBytes(12).toString('hex'), region: 'us-east-1' };
  const script = join(__dirname, 'swift-with-s3api.py');
  const child = spawn(PYTHON, [script, join(directory, 'swift'), access.accessKey, access.secretKey, access.region]);
  const stop = async () => {
    await end(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    return { ...access, endpoint: `http://127.0.0.1:${await port(child)}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function demandPackages(): void {
  const missing = PACKAGES.filter((name) => !existsSync(`/usr/bin/${name}-server`));
  if (missing.length === 0 && existsSync(PYTHON)) return;
  throw new Error(`The S3 tests need OpenStack Swift: apt-get install -y ${PACKAGES.join(' ')}`);
}

async function port(child: ReturnType<typeof spawn>): Promise<number> {
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4096)));
  if (!child.stdout) throw new Error('Swift has no standard output.');
  for await (const line of createInterface({ input: child.stdout })) {
    const [, number] = /^port (\d+)$/.exec(line) ?? [];
    if (number) return Number(number);
  }
  throw new Error(`Swift did not start:\n${log}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
