import { createHash } from 'node:crypto';
import { OidMarks } from './oid-marks';

const oidOf = (n: number) => createHash('sha256').update(String(n)).digest('hex');

it('marks those of thousands that are named, and passes over all others', () => {
  const oids = Array.from({ length: 5000 }, (_, n) => oidOf(n)).toSorted();
  const marks = new OidMarks();
  for (const oid of oids) marks.add(oid);
  const named = oids.filter((_, at) => at % 3 === 0);
  for (const oid of named) marks.mark(oid);
  marks.mark(oidOf(6000));
  expect(marks.length).toBe(5000);
  expect([...marks.unmarked()]).toEqual(oids.filter((_, at) => at % 3 !== 0));
  expect(marks.isMarked(named[7] ?? '')).toBe(true);
  expect([marks.isKnown(oidOf(6000)), marks.isMarked(oidOf(6000))]).toEqual([false, false]);
});

it('refuses oids out of order, which it would not find again', () => {
  const marks = new OidMarks();
  marks.add('b'.repeat(64));
  expect(() => marks.add('a'.repeat(64))).toThrow('not in order');
});
