import fc from 'fast-check';
import { addressBlock, isLoopback, plainAddress } from './address';

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:4711', '192.0.2.1'],
  ['[2001:db8::1]:4711', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['2001:0DB8:0:0::0001', '2001:db8::1'],
  ['', null],
  ['unknown', null],
  ['192.0.2.1, 192.0.2.2', null],
  ['192.0.2.256', null],
])('reads %j as %j', (text, address) => {
  expect(plainAddress(text)).toBe(address);
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8::/64'],
  ['::1', '::/64'],
  ['1:2:3::', '1:2:3::/64'],
  ['nonsense', 'nonsense'],
])('counts %j to %j', (text, block) => {
  expect(addressBlock(text)).toBe(block);
});

it('puts two IPv6 addresses into one block exactly when their first 64 bits are the same', () => {
  const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
  const text = (parts: number[]) => parts.map((part) => part.toString(16)).join(':');
  fc.assert(
    fc.property(groups, groups, fc.boolean(), (one, other, isSameNetwork) => {
      const second = isSameNetwork ? [...one.slice(0, 4), ...other.slice(4)] : other;
      const isMapped = (parts: number[]) => parts.slice(0, 5).every((part) => part === 0) && parts[5] === 0xffff;
      fc.pre(!isMapped(one) && !isMapped(second));
      const isSame = text(one.slice(0, 4)) === text(second.slice(0, 4));
      expect(addressBlock(text(one)) === addressBlock(text(second))).toBe(isSame);
    }),
  );
});

it('knows loopback in each of its forms', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].every(isLoopback)).toBe(true);
  expect(['128.0.0.1', '::2', '192.0.2.1', '', 'localhost'].some(isLoopback)).toBe(false);
});
