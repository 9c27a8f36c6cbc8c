import type { Readable } from 'node:stream';
import type { GitHome } from '../home/git-home';
import { streamGit } from '../process/stream-git';
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
 * Ends, fails and is destroyed as {@link streamGit} says.
 */
export function advertiseRefs(home: GitHome, options: AdvertiseRefsOptions): Readable {
  const verb = options.service.slice('git-'.length);
  const strict = options.service === 'git-upload-pack' ? ['--strict'] : [];
  return streamGit(home, {
    args: [verb, '--stateless-rpc', '--http-backend-info-refs', ...strict, options.repositoryPath],
    env: protocolEnvironment(options.protocol),
    signal: options.signal,
    preamble: preambleOf(options),
  });
}

/** git http-backend leaves it out where upload-pack speaks version 2; receive-pack knows no version 2. */
function preambleOf({ service, protocol }: AdvertiseRefsOptions): string {
  if (service === 'git-upload-pack' && protocolVersionOf(protocol) === 2) return '';
  const line = `# service=${service}\n`;
  return `${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`;
}
