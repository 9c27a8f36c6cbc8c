import fc from 'fast-check';
import { ProtocolError } from '../protocol-error';
import { TreeCursor } from './tree-cursor';

interface Entry {
  mode: string;
  name: string;
  oid: string;
}

const OID = 'ab'.repeat(20);
const treeOf = (entries: Entry[]) =>
  Buffer.concat(entries.flatMap(({ mode, name, oid }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]));
const entry = (name: string, mode = '100644', oid = OID): Entry => ({ mode, name, oid });
const cursor = (...entries: Entry[]) => new TreeCursor(treeOf(entries), 20);

it('walks over every entry', () => {
  const arbitrary = fc.array(
    fc.record({
      mode: fc.constantFrom('100644', '100755', '120000', '40000', '160000'),
      name: fc.stringMatching(/^[^\0/]{1,20}$/),
      oid: fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('hex')),
    }),
  );
  fc.assert(
    fc.property(arbitrary, (entries) => {
      const seen: Entry[] = [];
      for (const at = cursor(...entries); !at.atEnd; at.advance()) {
        seen.push({ mode: at.mode.toString(8), name: at.name, oid: at.oid });
      }
      expect(seen).toEqual(entries.map((each) => ({ ...each, name: Buffer.from(each.name).toString() })));
    }),
  );
});

it.each([
  ['a', '100644', 'b', '100644', -1],
  ['a', '100644', 'a', '100755', 0],
  // "a-b" < "a/" < "a0", but "a" < "a-b".
  ['a-b', '100644', 'a', '40000', -1],
  ['a', '40000', 'a0', '100644', -1],
  ['a', '100644', 'a-b', '100644', -1],
  ['a', '100644', 'a', '40000', -1],
  ['a', '40000', 'a', '40000', 0],
])('orders %s (%s) and %s (%s) as git does', (name, mode, otherName, otherMode, sign) => {
  const [a, b] = [cursor(entry(name, mode)), cursor(entry(otherName, otherMode))];
  expect(Math.sign(a.compare(b))).toBe(sign);
  expect(Math.sign(b.compare(a))).toBe(0 - sign);
});

it('compares mode and id', () => {
  expect(cursor(entry('a')).hasSameContent(cursor(entry('b')))).toBe(true);
  expect(cursor(entry('a')).hasSameContent(cursor(entry('a', '100755')))).toBe(false);
  expect(cursor(entry('a')).hasSameContent(cursor(entry('a', '100644', 'cd'.repeat(20))))).toBe(false);
});

it('refuses a tree that breaks off', () => {
  const tree = treeOf([entry('a')]);
  for (let cut = 1; cut < tree.length; cut++) {
    expect(() => new TreeCursor(tree.subarray(0, cut), 20)).toThrow(ProtocolError);
  }
});
