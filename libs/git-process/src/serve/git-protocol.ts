export type PackService = 'git-upload-pack' | 'git-receive-pack';

/**
 * What of a client's `Git-Protocol` header (or SSH `GIT_PROTOCOL`) may reach git: the parts `version=0`, `1` and `2`,
 * since the variable is free text that git and its hooks would read.
 *
 * @see gitprotocol-http(5), git(1) "GIT_PROTOCOL"
 */
export function gitProtocolOf(header: string | undefined): string | undefined {
  const parts = (header ?? '').split(':').filter((part) => /^version=[012]$/.test(part));
  return parts.join(':') || undefined;
}

/** The version that git chooses: the highest one asked for. */
export function protocolVersionOf(protocol: string | undefined): 0 | 1 | 2 {
  if (protocol?.includes('version=2')) return 2;
  return protocol?.includes('version=1') ? 1 : 0;
}

export function protocolEnvironment(protocol: string | undefined): Record<string, string> {
  return protocol === undefined ? {} : { GIT_PROTOCOL: protocol };
}
