import type { RunRequest } from '@granary/gate-protocol';

/** What the administrator's sshd_config or the line that {@link authorizedKeysLine} made says. */
export type GateCall =
  | { kind: 'keys'; socketPath: string; account: string; keyType: string; keyBlob: string }
  | { kind: 'run'; socketPath: string; request: RunRequest };

/** @returns null when the arguments make no call. */
export function readCall(): GateCall | null {
  const [verb, socketPath, ...rest] = process.argv.slice(2);
  if (!socketPath) return null;
  if (verb === 'keys' && rest.length === 3) {
    const [account = '', keyType = '', keyBlob = ''] = rest;
    return { kind: 'keys', socketPath, account, keyType, keyBlob };
  }
  if (verb !== 'run' || rest.length !== 1) return null;
  const request = {
    fingerprint: rest[0] ?? '',
    // sshd(8) sets it beside a forced command; it is absent where the client asks for a shell.
    command: process.env.SSH_ORIGINAL_COMMAND ?? null,
    protocol: process.env.GIT_PROTOCOL ?? null,
    // ssh(1): the client's address and port, then the server's.
    address: process.env.SSH_CONNECTION?.split(' ')[0] ?? null,
  };
  return { kind: 'run', socketPath, request };
}
