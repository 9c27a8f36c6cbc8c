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

it('keeps marks apart, and through growth', () => {
  const index = new ObjectIndex();
  index.add({ oid: '00'.repeat(20), type: 'blob', sizeBytes: 1 });
  expect(index.mark(0, 2)).toBe(false);
  for (let n = 1; n < 200; n++) {
    index.add({ oid: n.toString(16).padStart(40, '0'), type: 'blob', sizeBytes: 1 });
  }
  expect(index.mark(0, 2)).toBe(true);
  expect(index.isMarked(0, 1)).toBe(false);
  expect(index.isMarked(150, 2)).toBe(false);
});
