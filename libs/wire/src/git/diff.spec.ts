import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { ProtocolError } from '../protocol-error';
import { ScratchRepository } from '../testing/scratch-repository';
import { parsePatch, PATCH_OPTIONS, type PatchFile } from './diff';

let repository: ScratchRepository;
beforeEach(() => (repository = new ScratchRepository()));
afterEach(() => repository.remove());

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(repository.path, path)), { recursive: true });
  writeFileSync(join(repository.path, path), content);
}

function snapshot(): string {
  repository.git(['add', '-A']);
  return repository.line(['write-tree']);
}

function diff(oldTree: string, newTree: string, ...options: string[]): string {
  return repository.git(['diff-tree', '-r', ...PATCH_OPTIONS, ...options, oldTree, newTree]).toString();
}

const splitLines = (text: string) => text.split(/(?<=\n)/).filter((line) => line !== '');

/** Applies the hunks to the old text, and checks on the way that they say the truth about it. */
function apply(file: PatchFile, oldText: string): string {
  const oldLines = splitLines(oldText);
  const result: string[] = [];
  let at = 0;
  for (const hunk of file.hunks) {
    const [, start, count] = /^@@ -(\d+)(?:,(\d+))? /.exec(hunk.header) ?? [];
    while (at < Number(start) - (count === '0' ? 0 : 1)) result.push(oldLines[at++] ?? '');
    hunk.lines.forEach((line, index) => {
      if (line.kind === 'no_newline') {
        expect(line).toEqual({ kind: 'no_newline', oldLine: null, newLine: null, text: 'No newline at end of file' });
        if (hunk.lines[index - 1]?.kind === 'add') result.push(result.pop()?.slice(0, -1) ?? '');
        return;
      }
      if (line.kind !== 'add') expect([line.oldLine, line.text]).toEqual([at + 1, oldLines[at]?.replace(/\n$/, '')]);
      if (line.kind !== 'delete') expect(line.newLine).toBe(result.length + 1);
      if (line.kind === 'add') result.push(`${line.text}\n`);
      if (line.kind === 'context') result.push(oldLines[at] ?? '');
      if (line.kind !== 'add') at++;
    });
  }
  return [...result, ...oldLines.slice(at)].join('');
}

function countLines(file: PatchFile): [additions: number, deletions: number] {
  const kinds = file.hunks.flatMap((hunk) => hunk.lines.map((line) => line.kind));
  return [kinds.filter((kind) => kind === 'add').length, kinds.filter((kind) => kind === 'delete').length];
}

const anyText = fc
  .array(fc.constantFrom('a', 'b', '', '-- x', '++ y', '@@ -1 +1 @@', 'diff --git a/x b/x', '\\ no', 'é\r', ' z'), {
    maxLength: 30,
  })
  .chain((lines) => fc.constantFrom(lines.join('\n'), lines.map((line) => `${line}\n`).join('')));

describe('parsePatch on what git writes', () => {
  it('turns every old file into the new one', () => {
    const pairs = fc.array(fc.tuple(anyText, anyText), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(pairs, fc.constantFrom('-U0', '-U1', '-U3'), (files, context) => {
        files.forEach(([oldText], index) => write(`f${index}`, oldText));
        const oldTree = snapshot();
        files.forEach(([, newText], index) => write(`f${index}`, newText));
        const parsed = parsePatch(diff(oldTree, snapshot(), context));
        const changed = new Map(parsed.map((file) => [file.newPath, file]));
        files.forEach(([oldText, newText], index) => {
          const file = changed.get(`f${index}`);
          expect(file ? apply(file, oldText) : oldText).toBe(newText);
        });
        for (const file of parsed) expect(countLines(file)).toEqual([file.additions, file.deletions]);
        files.forEach((_, index) => rmSync(join(repository.path, `f${index}`)));
      }),
      { numRuns: 40 },
    );
  });

  it('reads additions, deletions, renames, copies and modes', () => {
    const text = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');
    for (const name of ['moved here', 'kept', 'gone', 'mode', 'both']) write(name, `${name}\n${text}`);
    const oldTree = snapshot();
    for (const name of ['moved here', 'gone']) rmSync(join(repository.path, name));
    write('sub/moved there', `moved here\n${text}`);
    write('kept', `kept\n${text}more\n`);
    write('copy of kept', `kept\n${text}`);
    write('empty', '');
    chmodSync(join(repository.path, 'mode'), 0o755);
    chmodSync(join(repository.path, 'both'), 0o755);
    write('both', `both\n${text}more\n`);
    const files = parsePatch(diff(oldTree, snapshot(), '-M', '-C'));
    const summary = files.map((file) => [file.status, file.oldPath, file.newPath, file.oldMode, file.newMode]);
    expect(summary).toEqual([
      ['modified', 'both', 'both', '100644', '100755'],
      ['copied', 'kept', 'copy of kept', null, null],
      ['added', null, 'empty', null, '100644'],
      ['deleted', 'gone', null, '100644', null],
      ['modified', 'kept', 'kept', '100644', '100644'],
      ['mode_changed', 'mode', 'mode', '100644', '100755'],
      ['renamed', 'moved here', 'sub/moved there', null, null],
    ]);
    const both = files[0];
    expect(both).toMatchObject({ oldOid: expect.stringMatching(/^[0-9a-f]{40}$/), additions: 1, deletions: 0 });
    expect([both?.oldOid, both?.newOid]).toEqual([
      repository.line(['rev-parse', `${oldTree}:both`]),
      repository.line(['rev-parse', ':both']),
    ]);
    expect(files.find((file) => file.status === 'deleted')).toMatchObject({ newOid: null, deletions: 21 });
  });

  it('reads a rename with an edit, to and from names that git quotes', () => {
    const text = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');
    write('täb\t"x"\\', text);
    const oldTree = snapshot();
    rmSync(join(repository.path, 'täb\t"x"\\'));
    write('new\nline b/plain', `${text}more\n`);
    expect(parsePatch(diff(oldTree, snapshot(), '-M'))).toMatchObject([
      { status: 'renamed', oldPath: 'täb\t"x"\\', newPath: 'new\nline b/plain', additions: 1 },
    ]);
  });

  it.each(['spaces  in name', 'a b/x b/y', 'trailing ', 'ünï', 'tab\there', '"quoted"', 'new\nline', 'a/b', 'x b/x'])(
    'reads the path %j of every kind of change',
    (path) => {
      const empty = snapshot();
      write(path, 'one\n');
      const one = snapshot();
      write(path, 'two\n');
      const two = snapshot();
      chmodSync(join(repository.path, path), 0o755);
      const executable = snapshot();
      write(path, Buffer.from([0, 1, 2]));
      const binary = snapshot();
      const paths = (from: string, to: string) =>
        parsePatch(diff(from, to)).map((file) => [file.oldPath, file.newPath]);
      expect(paths(empty, one)).toEqual([[null, path]]);
      expect(paths(one, two)).toEqual([[path, path]]);
      expect(paths(two, executable)).toEqual([[path, path]]);
      expect(paths(executable, binary)).toEqual([[path, path]]);
      expect(paths(binary, empty)).toEqual([[path, null]]);
    },
  );

  it('reads binary files, symlinks and submodules', () => {
    const empty = snapshot();
    write('image', Buffer.from([0, 255, 0]));
    symlinkSync('image', join(repository.path, 'link'));
    repository.git(['update-index', '--add', '--cacheinfo', `160000,${'a'.repeat(40)},module`]);
    repository.git(['add', 'image', 'link']);
    const files = parsePatch(diff(empty, repository.line(['write-tree'])));
    expect(files).toMatchObject([
      { newPath: 'image', binary: true, hunks: [], newMode: '100644' },
      { newPath: 'link', binary: false, newMode: '120000', additions: 1 },
      { newPath: 'module', newMode: '160000', hunks: [{ lines: [{ text: `Subproject commit ${'a'.repeat(40)}` }] }] },
    ]);
  });

  it('reads a file that became a symlink as two files', () => {
    write('x', 'one\n');
    const oldTree = snapshot();
    rmSync(join(repository.path, 'x'));
    symlinkSync('y', join(repository.path, 'x'));
    const summary = parsePatch(diff(oldTree, snapshot())).map((file) => [file.status, file.oldPath, file.newPath]);
    expect(summary).toEqual([
      ['deleted', 'x', null],
      ['added', null, 'x'],
    ]);
  });

  it('skips the header of git show', () => {
    write('x', 'one\n');
    snapshot();
    repository.git(['commit', '-q', '-m', 'diff --not a patch']);
    expect(parsePatch(repository.git(['show', ...PATCH_OPTIONS]).toString())).toMatchObject([{ newPath: 'x' }]);
  });

  it('reads a patch cut anywhere as a beginning of the whole', () => {
    const text = Array.from({ length: 9 }, (_, index) => `line ${index}\n`).join('');
    for (const name of ['a', 'ü b', 'c']) write(name, text);
    const oldTree = snapshot();
    write('a', text.replace('4', 'four').replace('0', 'zero'));
    rmSync(join(repository.path, 'ü b'));
    write('d e', text);
    write('c', Buffer.from([0]));
    const patch = diff(oldTree, snapshot(), '-M');
    const whole = parsePatch(patch);
    for (let cut = 0; cut < patch.length; cut++) {
      const files = parsePatch(patch.slice(0, cut));
      const complete = files.filter((file) => !file.truncated).map((file) => file.newPath);
      expect(whole.map((file) => file.newPath).slice(0, complete.length)).toEqual(complete);
      for (const file of files.slice(0, -1)) expect(file.truncated).toBe(false);
    }
    const inHunk = patch.indexOf('four');
    expect(parsePatch(patch.slice(0, inHunk))).toMatchObject([{ newPath: 'a', truncated: true, hunks: [{}] }]);
  });
});

describe('parsePatch on what git does not write', () => {
  it.each([
    ['a combined diff', 'diff --cc a\nindex 1,2..3\n'],
    ['two names that differ without a rename', 'diff --git a/x b/y\nindex 1..2 100644\n--- a/x\n+++ b/y\n'],
    ['text where a hunk must start', 'diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\nhello\n'],
    ['a broken hunk header', 'diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ x @@\n'],
    ['a line without a sign', 'diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\nhello\n'],
  ])('refuses %s', (_, patch) => {
    expect(() => parsePatch(patch)).toThrow(ProtocolError);
  });

  it('reads no files from an empty patch', () => {
    expect(parsePatch('')).toEqual([]);
  });
});
