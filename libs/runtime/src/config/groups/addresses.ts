import { isIP } from 'node:net';
import { list, matching, oneOf, origin, port } from '../kinds';
import { group, type Kind } from '../variable';

/** Words that somebody writes who takes the variable for a switch: hardly the names of accounts. */
const SWITCH = /^(on|off|yes|no|true|false|\d+)(:|$)/;
const GATE = /^[a-z_][a-z0-9_.-]{0,31}(:\d{1,5})?$/i;

const sshGate: Kind<{ account: string; port: number }> = {
  parse: (value) => {
    if (!GATE.test(value) || SWITCH.test(value)) return undefined;
    const [account = '', portText = '22'] = value.split(':');
    const gatePort = port().parse(portText);
    return gatePort === undefined ? undefined : { account, port: gatePort };
  },
  accepted: 'the account that your sshd signs clients in to, as git or git:22, or nothing without such an sshd',
};

/** Private networks (RFC 1918, RFC 4193) are called so by Express. */
const PROXY_WORDS = new Map([
  ['loopback', 'loopback'],
  ['private', 'uniquelocal'],
]);

function isAddressOrBlock(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || more.length > 0) return false;
  // A block of everything would believe everybody.
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

const proxy = (text: string) => PROXY_WORDS.get(text) ?? (isAddressOrBlock(text) ? text : undefined);

export const addresses = group('Addresses', {
  GRANARY_HOST: {
    ...matching(/^\S+$/, 'an address or host name to listen on, such as 127.0.0.1 or 0.0.0.0'),
    default: '127.0.0.1',
    meaning: 'the address that HTTP and SSH listen on',
  },
  GRANARY_PORT: { ...port(), default: '3000', meaning: 'the port that HTTP listens on' },
  GRANARY_BASE_URL: {
    ...origin('an http:// or https:// URL of a host and perhaps a port, without a user, a path or anything after it'),
    unset: 'made of host and port',
    meaning: 'the address that people and clients use; with `https://` cookies are secure',
  },
  GRANARY_TRUSTED_PROXIES: {
    ...list(proxy, 'addresses or blocks such as 10.0.0.0/8, the words loopback and private, separated by commas'),
    unset: 'none',
    meaning:
      'proxies whose `X-Forwarded-For` is believed: addresses, blocks such as `10.0.0.0/8`, `loopback`, `private` (RFC 1918, RFC 4193)',
  },
  GRANARY_METRICS_TOKEN: {
    ...matching(/^[\x21-\x7e]{16,200}$/, 'a secret of 16 to 200 characters without spaces'),
    unset: 'none',
    secret: true,
    meaning: 'lets a scraper read `/metrics` from anywhere, as `Authorization: Bearer …`: [metrics.md](metrics.md)',
  },
  GRANARY_SSH_PORT: {
    ...port('switch SSH off'),
    default: '2222',
    meaning: 'the port that SSH listens on; `0` switches it off',
  },
  GRANARY_SSH_GATE: {
    ...sshGate,
    unset: 'no sshd stands in front',
    meaning: 'the account that your own sshd signs clients in to, and the port that they see: [ssh.md](ssh.md)',
  },
  GRANARY_SSH_LFS: {
    ...oneOf('on', 'off'),
    unset: '`on`, or `off` with S3',
    meaning: 'whether Git LFS objects go over SSH alone: [ssh.md](ssh.md#git-lfs-over-ssh)',
  },
});
