import { Readable } from 'node:stream';
import type { GitHome } from '../home/git-home';
import { GitFailed } from '../process/git-failed';
import { spawnGit, type GitProcess } from '../process/spawn-git';
import { protocolEnvironment, protocolVersionOf, type PackService } from './git-protocol';

export interface AdvertiseRefsOptions {
  service: PackService;
  repositoryPath: string;
  /** From `gitProtocolOf`. */
  protocol?: string;
  signal?: AbortSignal;
}

/**
 * The whole body of `GET info/refs?service=…`, preamble included (gitprotocol-http(5), "Smart Clients").
 *
 * Destroying the stream ends git; git failing destroys the stream with a {@link GitFailed}, so that a cut answer is
 * never taken for a complete one.
 */
export function advertiseRefs(home: GitHome, options: AdvertiseRefsOptions): Readable {
  const verb = options.service.slice('git-'.length);
  const strict = options.service === 'git-upload-pack' ? ['--strict'] : [];
  const git = spawnGit(home, {
    args: [verb, '--stateless-rpc', '--http-backend-info-refs', ...strict, options.repositoryPath],
    env: protocolEnvironment(options.protocol),
    signal: options.signal,
  });
  git.stdin.end();
  return Readable.from(body(git, verb, preambleOf(options)), { objectMode: false });
}

async function* body(git: GitProcess, verb: string, preamble: string): AsyncGenerator<Buffer> {
  try {
    if (preamble) yield Buffer.from(preamble);
    for await (const chunk of git.stdout) yield chunk as Buffer;
    const exit = await git.done;
    if (exit.exitCode !== 0) throw new GitFailed(verb, exit.exitCode, exit.stderr);
  } finally {
    git.stop();
    await git.done;
  }
}

/** git http-backend leaves it out where upload-pack speaks version 2; receive-pack knows no version 2. */
function preambleOf({ service, protocol }: AdvertiseRefsOptions): string {
  if (service === 'git-upload-pack' && protocolVersionOf(protocol) === 2) return '';
  const line = `# service=${service}\n`;
  return `${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`;
}
