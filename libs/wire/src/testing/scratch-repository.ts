import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectFormat } from '../git/oid';

interface GitOptions {
  input?: string | Buffer;
  env?: Record<string, string>;
  /** Shown unless told otherwise, so that a failing spec says why. */
  stderr?: 'inherit' | 'ignore';
}

/** A real repository in a temporary directory, cut off from the machine's git configuration. For specs only. */
export class ScratchRepository {
  readonly path = mkdtempSync(join(tmpdir(), 'wire-'));

  constructor(objectFormat: ObjectFormat = 'sha1') {
    this.git(['init', '-q', '-b', 'main', `--object-format=${objectFormat}`]);
  }

  /** Standard output of `git <args>`; throws when git fails. */
  git(args: string[], options: GitOptions = {}): Buffer {
    const settings = Object.entries({
      HOME: this.path,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.com',
      GIT_AUTHOR_DATE: '1700000000 +0100',
      GIT_COMMITTER_NAME: 'Grace',
      GIT_COMMITTER_EMAIL: 'grace@example.com',
      GIT_COMMITTER_DATE: '1700000100 -0330',
      ...options.env,
    }).map(([name, value]) => `${name}=${value}`);
    // env(1) adds to the inherited environment, which this file is not allowed to read.
    return execFileSync('env', [...settings, 'git', ...args], {
      cwd: this.path,
      input: options.input ?? '',
      stdio: ['pipe', 'pipe', options.stderr ?? 'inherit'],
      maxBuffer: 1 << 28,
    });
  }

  /** {@link git} as text without its last line feed. */
  line(args: string[], options?: GitOptions): string {
    return this.git(args, options).toString().replace(/\n$/, '');
  }

  /** Stores an object that git itself may find malformed. */
  store(type: string, content: string | Buffer): string {
    return this.line(['hash-object', '-w', '--literally', '--stdin', '-t', type], { input: content });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
