import type { DiffLine } from '@granary/api-contract';
import fc from 'fast-check';
import { changedParts, changedPartsOf } from './intraline';

const line = (kind: DiffLine['kind'], text: string): DiffLine => ({ kind, text, old_line: null, new_line: null });

describe('changedParts', () => {
  it('marks what differs between two versions of a line', () => {
    expect(changedParts('for i in range(10):', 'for i in range(12):')).toEqual({
      before: { start: 16, end: 17 },
      after: { start: 16, end: 17 },
    });
  });

  it('marks an insertion on its own side only', () => {
    expect(changedParts('call(a)', 'call(a, b)')).toEqual({
      before: { start: 6, end: 6 },
      after: { start: 6, end: 9 },
    });
  });

  it('leaves lines alone that have little in common', () => {
    expect(changedParts('import os', 'return value * 2')).toBeNull();
  });

  it('leaves very long lines alone', () => {
    expect(changedParts('a'.repeat(1001), 'a'.repeat(1002))).toBeNull();
  });

  it('halves no character: emoji share their first halves, and others their second ones', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '😀', '😁', '🀀', '🤀'), maxLength: 20 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const parts = changedParts(before, after);
        if (!parts) return;
        const pieces = [before.slice(0, parts.before.start), before.slice(parts.before.start, parts.before.end)];
        pieces.push(after.slice(parts.after.start, parts.after.end), after.slice(parts.after.end));
        for (const piece of pieces) expect(piece).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });

  it('explains the change: the rest of both lines is equal', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 30 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const parts = changedParts(before, after);
        if (!parts) return;
        expect(before.slice(0, parts.before.start)).toBe(after.slice(0, parts.after.start));
        expect(before.slice(parts.before.end)).toBe(after.slice(parts.after.end));
        expect(parts.before.start).toBeLessThanOrEqual(parts.before.end);
        expect(parts.after.start).toBeLessThanOrEqual(parts.after.end);
      }),
    );
  });
});

describe('changedPartsOf', () => {
  it('pairs equally long blocks', () => {
    const parts = changedPartsOf([
      line('context', 'x'),
      line('delete', 'let one = 1;'),
      line('delete', 'let two = 2;'),
      line('add', 'let one = 10;'),
      line('add', 'let two = 20;'),
    ]);
    expect([...parts.keys()].sort()).toEqual([1, 2, 3, 4]);
    expect(parts.get(3)).toEqual({ start: 11, end: 12 });
  });

  it('pairs nothing when the blocks differ in length', () => {
    const parts = changedPartsOf([line('delete', 'let a = 1;'), line('add', 'let a = 2;'), line('add', 'let b = 2;')]);
    expect(parts.size).toBe(0);
  });
});
