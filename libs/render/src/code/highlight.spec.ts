import fc from 'fast-check';
import { plainLines, shownText } from './code-lines';
import { highlightLines as highlight } from './highlight';
import { languageOf } from './language-of';

const highlightLines = (text: string, path: string) => highlight(shownText(text), path);

const textOf = (lines: ReturnType<typeof highlightLines>) =>
  lines.map((line) => line.map(({ text }) => text).join('')).join('\n');

describe('highlightLines', () => {
  it('colours by the name of the file', () => {
    expect(highlightLines('const a = 1;\n', 'src/a.ts')[0]).toContainEqual({ text: 'const', scope: 'hljs-keyword' });
    expect(highlightLines('const a = 1;\n', 'notes.txt')).toEqual([[{ text: 'const a = 1;', scope: null }]]);
  });

  it('keeps a scope across lines', () => {
    const lines = highlightLines('/* one\ntwo */\nlet x;\n', 'a.js');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toEqual([{ text: '/* one', scope: 'hljs-comment' }]);
    expect(lines[1]?.[0]).toEqual({ text: 'two */', scope: 'hljs-comment' });
  });

  it('lets the innermost scope decide', () => {
    const [line] = highlightLines('`a${b}`', 'a.js');
    expect(line).toContainEqual({ text: '${b}', scope: 'hljs-subst' });
  });

  it('loses no character, whatever the text and the language', () => {
    const path = fc.constantFrom('a.ts', 'a.py', 'a.html', 'a.md', 'Dockerfile', 'a.json', 'a.php', 'a.unknown');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), path, (text, name) => {
        const code = text.replace(/\r\n/g, '\n').replace(/\n$/, '');
        expect(textOf(highlightLines(text, name))).toBe(code);
      }),
    );
  });
});

describe('plainLines', () => {
  it.each([
    ['', 0],
    ['\n', 1],
    ['a', 1],
    ['a\n', 1],
    ['a\n\n', 2],
    ['a\r\nb\r\n', 2],
  ])('%j has %d lines', (text, count) => {
    expect(plainLines(text)).toHaveLength(count);
  });
});

describe('languageOf', () => {
  const known = new Set(['typescript', 'ts', 'dockerfile', 'makefile', 'python', 'py', 'ini', 'txt', 'cmake']);
  it.each([
    ['src/a.ts', 'ts'],
    ['src/a.mts', 'typescript'],
    ['Dockerfile', 'dockerfile'],
    ['docker/Dockerfile.test', 'dockerfile'],
    ['CMakeLists.txt', 'cmake'],
    ['makefile.txt', null],
    ['notes.txt', null],
    ['.editorconfig', 'ini'],
    ['LICENSE', null],
    ['a.unheard-of', null],
    ['', null],
  ])('%j is %j', (path, language) => {
    expect(languageOf(path, (name) => known.has(name))).toBe(language);
  });
});
