import type { DiffFile } from '@granary/api-contract';
import { shownFiles } from './budget';

function fileOf(lineCount: number, text = ''): DiffFile {
  const line = { kind: 'add' as const, old_line: null, new_line: 1, text };
  return {
    status: 'modified',
    old_path: 'a',
    new_path: 'a',
    old_mode: null,
    new_mode: null,
    binary: false,
    additions: lineCount,
    deletions: 0,
    hunks: [{ header: '@@', lines: Array.from({ length: lineCount }, () => line) }],
    truncated: false,
    old_lfs: null,
    new_lfs: null,
  };
}

it('shows what fits on a page, and small files after a large one', () => {
  expect([...shownFiles([fileOf(10), fileOf(1501), fileOf(10)], null)]).toEqual([0, 2]);
});

it('stops when the page is full', () => {
  const files = [fileOf(1500), fileOf(1500), fileOf(1500), fileOf(900)];
  expect([...shownFiles(files, null)]).toEqual([0, 1, 3]);
});

it('always shows the one that was asked for', () => {
  expect([...shownFiles([fileOf(10), fileOf(5000)], 1)]).toEqual([0, 1]);
});

it('leaves out a few lines of very many characters, or of characters that each need a mark', () => {
  expect([...shownFiles([fileOf(2, 'x'.repeat(1_000_000)), fileOf(2, '\u0001'.repeat(50_000))], null)]).toEqual([]);
});

it('shows nothing that no page could hold, even if it was asked for', () => {
  expect([...shownFiles([fileOf(1, '\u0001'.repeat(100_000))], 0)]).toEqual([]);
});
