import fc from 'fast-check';
import { parseConfig } from './config';
import { ConfigError } from './environment';

it('needs no variable at all', () => {
  expect(parseConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    sshPort: 2222,
    baseUrl: 'http://127.0.0.1:3000',
    registration: 'closed',
    mode: 'all',
    databaseUrl: null,
    redisUrl: null,
    s3: null,
  });
});

it('takes an empty variable for an unset one', () => {
  expect(parseConfig({ GRANARY_PORT: '', DATABASE_URL: '' }).port).toBe(3000);
});

it.each([
  ['GRANARY_PORT', 'http'],
  ['GRANARY_PORT', '0'],
  ['GRANARY_PORT', '65536'],
  ['GRANARY_PORT', '3000x'],
  ['GRANARY_SSH_PORT', '-1'],
  ['GRANARY_SSH_GATE', 'on'],
  ['GRANARY_SSH_GATE', 'git:0'],
  ['GRANARY_SSH_GATE', 'git;id'],
  ['GRANARY_SSH_LFS', 'yes'],
  ['GRANARY_TRUSTED_PROXIES', 'true'],
  ['GRANARY_TRUSTED_PROXIES', '1'],
  ['GRANARY_TRUSTED_PROXIES', 'proxy.example'],
  ['GRANARY_TRUSTED_PROXIES', '0.0.0.0/0'],
  ['GRANARY_TRUSTED_PROXIES', '10.0.0.0/33'],
  ['GRANARY_TRUSTED_PROXIES', '10.0.0.0/8/8'],
  ['GRANARY_TRUSTED_PROXIES', '10.0.0.0/'],
  ['GRANARY_TRUSTED_PROXIES', '127.0.0.1 10.0.0.1'],
  ['GRANARY_MODE', 'both'],
  ['GRANARY_ARCHIVE_CACHE_MIB', '-1'],
  ['GRANARY_ARCHIVE_CACHE_DAYS', '0'],
  ['GRANARY_ARCHIVE_REDIRECT', 'on'],
  ['GRANARY_ARCHIVE_MAX_ENTRIES', 'many'],
  ['GRANARY_ARCHIVE_MAX_GIB', '0'],
  ['GRANARY_ARCHIVE_MAX_MINUTES', '12345678'],
  ['GRANARY_ARCHIVE_BUILDS', '0'],
  ['GRANARY_AUDIT_DAYS', 'a year'],
  ['GRANARY_LFS_GRACE_DAYS', '-1'],
  ['GRANARY_LFS_UNDELETE_DAYS', 'two weeks'],
  ['GRANARY_LFS_SCRUB_DAYS', '3651'],
  ['GRANARY_LFS_SCRUB_MIB_PER_SECOND', '0'],
  ['GRANARY_REGISTRATION', 'yes'],
  ['GRANARY_BASE_URL', 'hub.example'],
  ['GRANARY_BASE_URL', 'https://hub.example/git'],
  ['GRANARY_BASE_URL', 'https://hub.example/?'],
  ['GRANARY_BASE_URL', 'https://hub.example#'],
  ['GRANARY_BASE_URL', 'https://user:hunter2@hub.example'],
  ['GRANARY_BASE_URL', 'https://@hub.example'],
  ['GRANARY_BASE_URL', ' https://hub.example'],
  ['GRANARY_BASE_URL', 'https://hub.example\n'],
  ['GRANARY_BASE_URL', 'https:\\\\hub.example'],
  ['GRANARY_HOST', ' '],
  ['GRANARY_DATA_DIR', '   '],
  ['GRANARY_WEBHOOK_ALLOWED_HOSTS', 'http://x/;;,, a b ,10.0.0.0/8'],
  ['GRANARY_ADMIN_PASSWORD', ' '.repeat(12)],
  ['GRANARY_ADMIN_PASSWORD', 'short'],
  ['GRANARY_DEFAULT_LFS_PRIVATE', '10'],
  ['GRANARY_DEFAULT_LFS_PUBLIC', '-1GiB'],
  ['GRANARY_DEFAULT_GIT_PRIVATE', 'NaN'],
  ['GRANARY_DEFAULT_GIT_PUBLIC', '9999999999 PiB'],
  ['GRANARY_DEFAULT_REPOSITORIES_PRIVATE', '1.5'],
  ['DATABASE_URL', 'mysql://x'],
  ['REDIS_URL', 'localhost:6379'],
  ['S3_BUCKET', 'No'],
  ['S3_PUBLIC_ENDPOINT', 's3.example'],
  ['S3_ENDPOINT', 'https://key:hunter2@s3.example'],
  ['GRANARY_LFS_DIRECT', 'true'],
])('names %s when it is %j, in one line', (name, value) => {
  const start = () => parseConfig({ [name]: value });
  expect(start).toThrow(ConfigError);
  expect(start).toThrow(new RegExp(`^${name} .*; accepted: .+$`));
});

it('takes proxies by address, block and word', () => {
  expect(parseConfig({}).trustedProxies).toEqual([]);
  const text = ' 192.0.2.1, 10.0.0.0/8,2001:db8::/32 ,loopback, private,';
  expect(parseConfig({ GRANARY_TRUSTED_PROXIES: text }).trustedProxies).toEqual([
    '192.0.2.1',
    '10.0.0.0/8',
    '2001:db8::/32',
    'loopback',
    'uniquelocal',
  ]);
});

it('counts the scrub in bytes a second, and may switch it off', () => {
  expect(parseConfig({}).lfs).toEqual({
    direct: true,
    graceDays: 14,
    undeleteDays: 14,
    scrubDays: 30,
    scrubBytesPerSecond: 32 * 1024 ** 2,
  });
  const off = { GRANARY_LFS_SCRUB_DAYS: '0', GRANARY_LFS_SCRUB_MIB_PER_SECOND: '1' };
  expect(parseConfig(off).lfs).toMatchObject({ scrubDays: 0, scrubBytesPerSecond: 1024 ** 2 });
});

it('takes the account of an sshd in front, with the port that clients see', () => {
  expect(parseConfig({}).sshGate).toBeNull();
  expect(parseConfig({ GRANARY_SSH_GATE: 'git' }).sshGate).toEqual({ account: 'git', port: 22 });
  expect(parseConfig({ GRANARY_SSH_GATE: 'hub:2200' }).sshGate).toEqual({ account: 'hub', port: 2200 });
});

it('takes limits for namespaces that have none of their own', () => {
  const none = parseConfig({}).defaultLimits;
  expect(Object.values(none)).toEqual([null, null, null, null, null, null]);
  const env = { GRANARY_DEFAULT_LFS_PRIVATE: '10GiB', GRANARY_DEFAULT_GIT_PUBLIC: '0' };
  expect(
    parseConfig({ ...env, GRANARY_DEFAULT_LFS_PUBLIC: 'unlimited', GRANARY_DEFAULT_REPOSITORIES_PUBLIC: '20' })
      .defaultLimits,
  ).toEqual({ ...none, lfs_private_bytes: 10 * 1024 ** 3, git_public_bytes: 0, public_repositories: 20 });
});

it('never prints a secret', () => {
  expect(() => parseConfig({ GRANARY_ADMIN_PASSWORD: 'hunter2' })).not.toThrow(/hunter2/);
  for (const name of ['DATABASE_URL', 'GRANARY_BASE_URL', 'S3_ENDPOINT', 'GRANARY_WEBHOOK_ALLOWED_HOSTS'])
    for (const value of ['mysql://u:hunter2@h', 'https://h/bucket?X-Amz-Signature=hunter2'])
      expect(() => parseConfig({ [name]: value })).not.toThrow(/hunter2/);
});

it('wants every S3 variable once there is an endpoint', () => {
  const s3 = { S3_ENDPOINT: 'http://127.0.0.1:9000', S3_BUCKET: 'lfs', S3_ACCESS_KEY: 'k', S3_SECRET_KEY: 's' };
  expect(parseConfig(s3).s3).toEqual({
    endpoint: s3.S3_ENDPOINT,
    bucket: 'lfs',
    region: 'us-east-1',
    accessKey: 'k',
    secretKey: 's',
  });
  const publicEndpoint = 'https://s3.example';
  expect(parseConfig({ ...s3, S3_PUBLIC_ENDPOINT: publicEndpoint }).s3).toMatchObject({ publicEndpoint });
});

it('moves LFS objects over SSH unless they lie in S3, or as it is told', () => {
  const s3 = { S3_ENDPOINT: 'http://127.0.0.1:9000', S3_BUCKET: 'lfs', S3_ACCESS_KEY: 'k', S3_SECRET_KEY: 's' };
  const told = { GRANARY_SSH_LFS: 'on' };
  expect([{}, s3, { ...s3, ...told }, { GRANARY_SSH_LFS: 'off' }].map((env) => parseConfig(env).sshLfs)).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

it('cannot split the hub over an embedded Postgres', () => {
  expect(() => parseConfig({ GRANARY_MODE: 'worker' })).toThrow(/^DATABASE_URL is not set/);
});

it('switches SSH off with port 0', () => {
  expect(parseConfig({ GRANARY_SSH_PORT: '0' }).sshPort).toBeNull();
});

it.each([
  ['HTTPS://Hub.Example', 'https://hub.example'],
  ['https://hub.example/', 'https://hub.example'],
  ['https://hub.example:443', 'https://hub.example'],
  ['http://hub.example:8080', 'http://hub.example:8080'],
  ['https://[2001:DB8::1]:8443', 'https://[2001:db8::1]:8443'],
])('reads the base URL %s as %s, so that its scheme decides about cookies', (given, baseUrl) => {
  expect(parseConfig({ GRANARY_BASE_URL: given }).baseUrl).toBe(baseUrl);
});

it('takes no base URL that is more than an origin', () => {
  fc.assert(
    fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (url) => {
      const { pathname, search, hash, origin } = new URL(url);
      if (`${pathname}${search}${hash}` === '/' && !/[?#]/.test(url))
        expect(parseConfig({ GRANARY_BASE_URL: url }).baseUrl).toBe(origin);
      else expect(() => parseConfig({ GRANARY_BASE_URL: url })).toThrow(ConfigError);
    }),
  );
});

it('keeps the spaces of a password, and of nothing else', () => {
  expect(parseConfig({ GRANARY_ADMIN_PASSWORD: ' correct horse ' }).adminPassword).toBe(' correct horse ');
  expect(() => parseConfig({ GRANARY_MODE: 'web ' })).toThrow(/^GRANARY_MODE begins or ends with a space/);
});

const S3 = { S3_ENDPOINT: 'http://127.0.0.1:9000', S3_BUCKET: 'lfs', S3_ACCESS_KEY: 'k', S3_SECRET_KEY: 's' };

it.each(Object.keys(S3))('refuses an S3 configuration without %s, which would leave objects on the disk', (name) => {
  const half = { ...S3, [name]: undefined };
  expect(() => parseConfig(half)).toThrow(new RegExp(`^${name} is not set, and S3_[A-Z_]+ needs it; accepted: `));
});

it.each(['S3_PUBLIC_ENDPOINT', 'GRANARY_ARCHIVE_REDIRECT'])('refuses %s without S3', (name) => {
  const value = name === 'GRANARY_ARCHIVE_REDIRECT' ? 'presigned' : 'https://s3.example';
  expect(() => parseConfig({ [name]: value })).toThrow(/^S3_ENDPOINT is not set, and /);
  expect(() => parseConfig({ ...S3, [name]: value })).not.toThrow();
});

it('refuses one port for HTTP and SSH', () => {
  const ports = { GRANARY_PORT: '3400', GRANARY_SSH_PORT: '3400' };
  expect(() => parseConfig(ports)).toThrow(/^GRANARY_SSH_PORT is 3400, which is GRANARY_PORT too; accepted: /);
});
