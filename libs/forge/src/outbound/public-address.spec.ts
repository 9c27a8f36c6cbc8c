import { BlockList } from 'node:net';
import fc from 'fast-check';
import { isPublicAddress } from './public-address';

/** The IANA special-purpose registries in Node's own words, to compare with. */
const SPECIAL_IPV4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
const ipv4 = (n: number) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.');
const word = fc.nat(0xffffffff);

it.each([
  '8.8.8.8',
  '1.1.1.1',
  '172.15.255.255',
  '172.32.0.0',
  '100.63.255.255',
  '2606:4700:4700::1111',
  '2a00:1450::1',
])('lets %s pass', (address) => expect(isPublicAddress(address)).toBe(true));

it.each([
  ['loopback', '127.0.0.1', '127.255.255.254', '::1'],
  ['unspecified', '0.0.0.0', '::'],
  ['private', '10.0.0.1', '172.16.0.1', '192.168.1.1', 'fc00::1', 'fd12:3456::1', 'fec0::1'],
  ['link-local, where clouds keep their metadata', '169.254.169.254', 'fe80::1', 'fe80::1%eth0'],
  ['shared (CGNAT)', '100.64.0.1', '100.127.255.255'],
  ['multicast and broadcast', '224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1'],
  ['documentation and benchmarks', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  ['reserved', '240.0.0.1', '192.0.0.8', '4000::1', '::8.8.8.8', '100::1', '5f00::1'],
  [
    'IPv4 inside IPv6',
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    '64:ff9b::8.8.8.8',
    '64:ff9b:1::1',
    '2002:808:808::1',
    '2001::1',
  ],
  ['no address', 'localhost', '', '8.8.8.8.', '0x7f.1', '[::1]', '8.8.8.8/32'],
])('blocks %s', (_kind, ...addresses) => {
  expect(addresses.filter(isPublicAddress)).toEqual([]);
});

it('passes no IPv4 address of a special range', () => {
  const special = new BlockList();
  for (const [net, bits] of SPECIAL_IPV4) special.addSubnet(net, bits);
  const range = fc.constantFrom(...SPECIAL_IPV4);
  fc.assert(
    fc.property(range, word, ([net, bits], host) => {
      const base = net.split('.').reduce((n, part) => n * 256 + Number(part), 0);
      const address = ipv4(((base & ~(2 ** (32 - bits) - 1)) | (host & (2 ** (32 - bits) - 1))) >>> 0);
      expect(special.check(address)).toBe(true);
      expect(isPublicAddress(address)).toBe(false);
    }),
  );
});

it('passes no IPv6 address outside 2000::/3', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 }), (groups) => {
      const address = groups.map((group) => group.toString(16)).join(':');
      if (groups[0]! >> 13 !== 1) expect(isPublicAddress(address)).toBe(false);
    }),
  );
});

it('passes no IPv4 address that is mapped into IPv6', () => {
  fc.assert(fc.property(word, (n) => expect(isPublicAddress(`::ffff:${ipv4(n)}`)).toBe(false)));
});
