import { createHash } from 'node:crypto';
import { ObjectIndex } from './object-index';

it.each(['sha1', 'sha256'])('finds each of thousands of %s objects, and no other', (algorithm) => {
  const oidOf = (n: number) => createHash(algorithm).update(String(n)).digest('hex');
  const known = Array.from({ length: 3000 }, (_, n) => n).toSorted((a, b) => (oidOf(a) < oidOf(b) ? -1 : 1));
  const index = new ObjectIndex();
  for (const n of known) index.add({ oid: oidOf(n), type: n % 2 ? 'blob' : 'tree', sizeBytes: n * 2 ** 33 });
  expect(index.length).toBe(3000);
  for (const n of known) {
    const place = index.find(oidOf(n));
    expect([index.oid(place), index.type(place), index.sizeBytes(place)]).toEqual([
      oidOf(n),
      n % 2 ? 'blob' : 'tree',
      n * 2 ** 33,
    ]);
  }
  expect(index.find(oidOf(4000))).toBe(-1);
});

it('finds nothing in an empty push', () => expect(new ObjectIndex().find('a'.repeat(40))).toBe(-1));

it('knows each kind of object, and how large the largest tree is', () => {
  const index = new ObjectIndex();
  const objects = [
    { oid: '00'.repeat(20), type: 'commit', sizeBytes: 900 },
    { oid: '11'.repeat(20), type: 'tree', sizeBytes: 30 },
    { oid: '22'.repeat(20), type: 'tree', sizeBytes: 70 },
    { oid: '33'.repeat(20), type: 'tree', sizeBytes: 50 },
    { oid: '44'.repeat(20), type: 'blob', sizeBytes: 5_000 },
    { oid: '55'.repeat(20), type: 'tag', sizeBytes: 800 },
  ] as const;
  for (const object of objects) index.add(object);
  expect(objects.map((_, place) => index.type(place))).toEqual(objects.map(({ type }) => type));
  expect(index.largestTreeBytes).toBe(70);
  expect(index.find('ff'.repeat(20))).toBe(-1);
});

it('is joined by others in the order of the ids', () => {
  const object = (digit: string, type: 'blob' | 'tree' = 'blob') => ({
    ...{ oid: digit.repeat(40), type, sizeBytes: parseInt(digit, 16) },
  });
  const index = new ObjectIndex();
  for (const digit of '369') index.add(object(digit));
  index.mark(0, 1);
  const joined = index.joinedBy([object('f', 'tree'), object('4'), object('1'), object('5'), object('a')]);

  const all = Array.from({ length: joined.length }, (_, place) => joined.oid(place)[0]).join('');
  expect(all).toBe('134569af');
  for (const [place, digit] of [...all].entries()) {
    expect(joined.find(digit.repeat(40))).toBe(place);
    expect([joined.type(place), joined.sizeBytes(place)]).toEqual([
      digit === 'f' ? 'tree' : 'blob',
      parseInt(digit, 16),
    ]);
    expect(joined.isMarked(place, 1)).toBe(false);
  }
  expect(joined.largestTreeBytes).toBe(15);
  expect(index.length).toBe(3);
  expect(index.joinedBy([]).length).toBe(3);
  expect(new ObjectIndex().joinedBy([object('7')]).find('7'.repeat(40))).toBe(0);
});

it('keeps marks apart, and through growth', () => {
  const index = new ObjectIndex();
  index.add({ oid: '00'.repeat(20), type: 'blob', sizeBytes: 1 });
  expect(index.mark(0, 2)).toBe(false);
  for (let n = 1; n < 200; n++) {
    index.add({ oid: n.toString(16).padStart(40, '0'), type: 'blob', sizeBytes: 1 });
  }
  expect(index.mark(0, 2)).toBe(true);
  expect(index.isMarked(0, 2)).toBe(true);
  expect(index.isMarked(0, 1)).toBe(false);
  expect(index.isMarked(150, 2)).toBe(false);
});
