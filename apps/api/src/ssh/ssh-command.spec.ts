import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { splitShellWords } from './shell-words';
import { parseSshCommand } from './ssh-command';

/** git's sq_quote_buf. */
const quoted = (word: string) => `'${word.replace(/['!]/g, (sign) => `'\\${sign}'`)}'`;
const path = { namespace: 'ada', name: 'engine' };

describe('splitShellWords', () => {
  const anyWord = fc.string({ unit: 'grapheme' }).filter((word) => !word.includes('\0'));

  it('gives back every word that git quotes', () => {
    fc.assert(
      fc.property(fc.array(anyWord), (words) => {
        expect(splitShellWords(words.map(quoted).join(' '))).toEqual(words);
      }),
    );
  });

  it('splits what it accepts as the shell does', () => {
    const signs = fc.string({
      unit: fc.constantFrom('a', '/', '.', "'", '"', '\\', ' ', '$', '`', ';', '!', '~', '*'),
    });
    fc.assert(
      fc.property(signs, (line) => {
        const words = splitShellWords(line);
        fc.pre(words !== null);
        const out = execFileSync('/bin/sh', ['-c', `for word in ${line}\ndo printf '%s\\0' "$word"\ndone`]).toString();
        expect(words).toEqual(out.split('\0').slice(0, -1));
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    'a; b',
    'a && b',
    'a | b',
    'a > b',
    '$(a)',
    '`a`',
    '"$a"',
    '"`a`"',
    '$HOME',
    '~ada',
    '*',
    "'a",
    '"a',
    'a\\',
    'a\nb',
    'a #b',
    '{a,b}',
  ])('refuses %j', (line) => expect(splitShellWords(line)).toBeNull());
});

describe('parseSshCommand', () => {
  it.each([
    ["git-upload-pack '/ada/engine.git'", 'git-upload-pack'],
    ["git-upload-pack 'ada/engine.git'", 'git-upload-pack'],
    ["git upload-pack '/ada/engine'", 'git-upload-pack'],
    ['git-receive-pack ada/engine.git', 'git-receive-pack'],
    ['git-receive-pack "/ada/engine.git/"', 'git-receive-pack'],
    ["git-upload-archive '//ada/engine.git'", 'git-upload-archive'],
    ["git-upload-pack '//ada//engine.git//'", 'git-upload-pack'],
    ["  git-upload-pack  '/ada/'eng\\ine.git ", 'git-upload-pack'],
  ])('reads %j', (line, service) => expect(parseSshCommand(line)).toEqual({ kind: 'git', service, path }));

  it.each(['upload', 'download'])('reads git-lfs-authenticate for an %s', (operation) => {
    const command = { kind: 'lfs_authenticate', operation, path };
    expect(parseSshCommand(`git-lfs-authenticate ada/engine.git ${operation}`)).toEqual(command);
    expect(parseSshCommand(`git-lfs-authenticate '/ada/engine.git' '${operation}'`)).toEqual(command);
  });

  it.each(['upload', 'download'])('reads git-lfs-transfer for an %s', (operation) => {
    const command = { kind: 'lfs_transfer', operation, path };
    expect(parseSshCommand(`git-lfs-transfer /ada/engine.git ${operation}`)).toEqual(command);
    expect(parseSshCommand(`git-lfs-transfer '/ada/engine.git' '${operation}'`)).toEqual(command);
  });

  it.each([
    '',
    'git',
    'ls',
    'bash -c git-upload-pack',
    'git-upload-pack',
    "git-upload-pack '/ada/engine.git' --timeout=1",
    "git-upload-pack --strict '/ada/engine.git'",
    "git-upload-pack '/engine.git'",
    "git-upload-pack '/ada/x/engine.git'",
    "git-upload-pack '/ada/.git'",
    "git-upload-pack '/'",
    "git-upload-pack '/ada/engine.git'; id",
    "git-upload-pack $(id)'/ada/engine.git'",
    "GIT-UPLOAD-PACK '/ada/engine.git'",
    "/usr/bin/git-upload-pack '/ada/engine.git'",
    "git -c core.pager=id upload-pack '/ada/engine.git'",
    "git-shell '/ada/engine.git'",
    "git-upload-pack '/ada/eng\u0000ine.git'",
    "git-upload-pack '/ada/eng\nine.git'",
    'git-upload-pack ada/' + 'x'.repeat(5000),
    'git-lfs-authenticate ada/engine.git',
    'git-lfs-authenticate ada/engine.git delete',
    'git-lfs-authenticate ada/engine.git upload download',
    'git-lfs-authenticate upload',
    'git-lfs-transfer',
    'git-lfs-transfer ada/engine.git delete',
    'scp -t /etc',
  ])('refuses %j', (line) => expect(parseSshCommand(line)).toMatchObject({ kind: 'refused' }));

  it('answers for any line', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (line) => expect(parseSshCommand(line).kind).toBe('refused')));
  });
});
