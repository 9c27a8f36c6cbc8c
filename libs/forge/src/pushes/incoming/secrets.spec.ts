import { newPersonalToken } from '../../identity/secret-token';
import { findSecrets } from './secrets';

const find = (text: string) => findSecrets(Buffer.from(text));
const letters = (count: number) => 'aB3dE5gH7jK9'.repeat(30).slice(0, count);

it.each([
  ['AWS access key', `AKIA${'QWERTYUIOPASDFGH'}`],
  ['GitHub token', `ghp_${letters(36)}`],
  ['GitHub token', `github_pat_${letters(22)}_${letters(59)}`],
  ['GitLab token', `glpat-${letters(20)}`],
  ['Slack token', `xoxb-${letters(30)}`],
  ['Slack webhook', `https://hooks.slack.com/services/T${'A1B2C3D4'}/B${'Z9Y8X7W6V5'}/${letters(24)}`],
  ['private key', `-----BEGIN PRIVATE KEY-----\n${letters(64)}\n`],
  ['Stripe key', `sk_live_${letters(24)}`],
  ['Granary token', newPersonalToken()],
  ['private key', `-----BEGIN OPENSSH PRIVATE KEY-----\n${letters(64)}\n`],
  ['private key', `-----BEGIN RSA PRIVATE KEY-----\r\n${letters(64)}\r\n`],
  ['private key', `-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n${letters(64)}\n`],
])('knows a %s, and its line', (kind, secret) => {
  expect(find(`one\nkey = "${secret}"\n`)).toEqual([{ kind, line: 2 }]);
});

it.each([
  'AKIAIOSFODNN7EXAMPLE',
  'ghp_short',
  `gry_pat_${letters(36)}`,
  '-----BEGIN PUBLIC KEY-----\n' + letters(64),
  '"-----BEGIN PRIVATE KEY-----" is how it begins',
  'sk_test_' + letters(24),
  `glpat-${letters(19)} `,
  `xoxb-${letters(19)} `,
  `sk_live_${letters(19)} `,
  `hooks.slack.com/services/TA1/BZ9Y8X7W6V5/${letters(24)}`,
  `hooks.slack.com/services/TA1B2C3D4/BZ9/${letters(24)}`,
  `hooks.slack.com/services/TA1B2C3D4/BZ9Y8X7W6V5/${letters(19)} `,
  `-----BEGIN RSA PRIVATE KEY-----\n${letters(15)} `,
  `WAKIA${'QWERTYUIOPASDFGHX'}`,
])('takes %j for none', (text) => expect(find(text)).toEqual([]));

it('counts lines from the first, empty ones too', () => {
  const secret = `ghp_${letters(36)}`;
  expect(find(secret)).toMatchObject([{ line: 1 }]);
  expect(find(`\n${secret}`)).toMatchObject([{ line: 2 }]);
  expect(find(`\n\n\n${secret}\n\n${secret}`)).toMatchObject([{ line: 4 }, { line: 6 }]);
});

it('leaves binary files alone', () => {
  expect(findSecrets(Buffer.from(`\0\0ghp_${letters(36)}`))).toEqual([]);
});

it('stops at twenty, and is not slowed down by beginnings that lead nowhere', () => {
  expect(find(`ghp_${letters(36)}\n`.repeat(100))).toHaveLength(20);
  expect(find('ghp_'.repeat(250_000))).toEqual([]);
  expect(find('-----BEGIN '.repeat(90_000))).toEqual([]);
});
