import fc from 'fast-check';
import { isoDate, parseIdent } from './ident';

const DAY_ONE = '1970-01-01T00:00:00+00:00';

it.each([
  ['Ada <ada@example.com> 1700000000 +0100', 'Ada', 'ada@example.com', '2023-11-14T23:13:20+01:00'],
  // Midnight in New York, of which git itself dies.
  ['A <a@b> 0 -0500', 'A', 'a@b', '1969-12-31T19:00:00-05:00'],
  ['A <a@b> 1700000000 +2500', 'A', 'a@b', '2023-11-14T22:13:20+00:00'],
  // Psf/requests, php.vim, boto, weather_routing_pi.
  ['A <a@b> 1313584730 +051800', 'A', 'a@b', '2011-08-17T12:38:50+00:00'],
  ['A <a@b> 1287367363 -700', 'A', 'a@b', '2010-10-17T19:02:43-07:00'],
  ['A <a@b> 1288373970 --700', 'A', 'a@b', '2010-10-29T17:39:30+00:00'],
  ['A <a@b> 4294967336 -40643156', 'A', 'a@b', '2106-02-07T06:28:56+00:00'],
  ['A <a@b> 999999999999 +0100', 'A', 'a@b', '9999-12-31T23:59:59+00:00'],
  ['A <a@b> 18446744073709551615 +0000', 'A', 'a@b', '9999-12-31T23:59:59+00:00'],
  ['A <a@b> 253402300799 +1400', 'A', 'a@b', '9999-12-31T23:59:59+00:00'],
  ['A <a@b> -1 +0000', 'A', 'a@b', '1969-12-31T23:59:59+00:00'],
  ['A <a@b> -9223372036854775808 -1400', 'A', 'a@b', '0001-01-01T00:00:00+00:00'],
  ['A <a@b> 0123456789 +0000', 'A', 'a@b', '1973-11-29T21:33:09+00:00'],
  ['A <a@b> @1112912773 -0700', 'A', 'a@b', '2005-04-07T15:26:13-07:00'],
  ['A <a@b> 1500000000', 'A', 'a@b', '2017-07-14T02:40:00+00:00'],
  ['A <a@b>1500000000 +0000', 'A', 'a@b', '2017-07-14T02:40:00+00:00'],
  ['A <a@b> soon', 'A', 'a@b', DAY_ONE],
  ['A <a@b> Thu Jul 14 2005', 'A', 'a@b', DAY_ONE],
  ['A <a@b>', 'A', 'a@b', DAY_ONE],
  ['A<a@b> 1 +0000', 'A', 'a@b', '1970-01-01T00:00:01+00:00'],
  ['<a@b> 1 +0000', '', 'a@b', '1970-01-01T00:00:01+00:00'],
  ['A > <a@b> 1 +0000', 'A >', 'a@b', '1970-01-01T00:00:01+00:00'],
  ['A <<a@b>> 1 +0000', 'A', 'a@b', '1970-01-01T00:00:01+00:00'],
  ['A <a@b> c> 17 +0100', 'A', 'a@b', '1970-01-01T01:00:17+01:00'],
  ['A <a@b 1500000000 +0000', 'A', 'a@b', '2017-07-14T02:40:00+00:00'],
  ['A <> 1 +0000', 'A', '', '1970-01-01T00:00:01+00:00'],
  ['A 1500000000 +0000', 'A', '', '2017-07-14T02:40:00+00:00'],
  ['Somebody 2', 'Somebody 2', '', DAY_ONE],
  ['1500000000 +0000', '', '', '2017-07-14T02:40:00+00:00'],
  ['', '', '', DAY_ONE],
])('reads %j', (text, name, email, date) => {
  const ident = parseIdent(text);
  expect([ident.name, ident.email, isoDate(ident)]).toEqual([name, email, date]);
});

const anyLine = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('<', '>', ' ', '0', '9', '+', '-', '@', 'A', '\u00e9') }),
  fc.tuple(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }), fc.integer()).map(([at, zone]) => `A <a@b> ${at} ${zone}`),
);

it('reads any line, with a date that every program can read and that is the same moment with and without its zone', () => {
  fc.assert(
    fc.property(anyLine, (text) => {
      const ident = parseIdent(text);
      const date = isoDate(ident);
      expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
      expect(Date.parse(date)).toBe(ident.epochSeconds * 1000);
      expect(new Date(date).toISOString()).toMatch(/^\d{4}-/);
    }),
    { numRuns: 500 },
  );
});

it('tells every moment of 64 bits that has a year of four digits to the second', () => {
  const seconds = fc.integer({ min: -62135596800, max: 253402300799 });
  const zone = fc.tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 14 }), fc.constantFrom('00', '30', '45'));
  fc.assert(
    fc.property(seconds, zone, (at, [sign, hours, minutes]) => {
      const ident = parseIdent(`A <a@b> ${at} ${sign}${String(hours).padStart(2, '0')}${minutes}`);
      expect(Date.parse(isoDate(ident)) / 1000).toBe(at);
    }),
  );
});

it('takes no time for a line of megabytes', () => {
  for (const piece of [' ', '1', '<', '>', ' 1', '@-']) {
    const long = piece.repeat(1_000_000);
    for (const text of [long, `A <a@b>${long}`, `A ${long}> 1 +0000`, `A <${long} 1500000000 +0000`]) parseIdent(text);
  }
});
