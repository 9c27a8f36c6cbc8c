import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { RepositoryBuilder } from '../testing/repository-builder';
import { openCommitText } from './commit-text';
import { mailHead } from './commit-mail';

/** git's own mail of a commit at the epoch west of Greenwich ends before its first byte. */
it('tells a commit of any date as a mail that git takes back', async () => {
  const repository = await RepositoryBuilder.create();
  const work = mkdtempSync(join(tmpdir(), 'mail-'));
  const git = (args: string[], input?: Buffer) =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@y', ...args], { cwd: work, input, encoding: 'utf8' });
  try {
    const base = await repository.commit({ files: { a: 'one\n' } });
    const changed = await repository.commit({ files: { a: 'one\ntwo ü\n' } });
    const tree = await repository.git(['rev-parse', `${changed}^{tree}`]);
    const person = 'Jürgen Ä, Dr <j@b.org> 0 -0500';
    const text = `tree ${tree}\nparent ${base}\nauthor ${person}\ncommitter ${person}\n\nÜber alles\nin zwei Zeilen\n\nbody\n`;
    const sha = await repository.git(['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], text);
    const chunks: Buffer[] = [];
    for await (const chunk of openCommitText(repository, { sha, parent: base, form: 'patch' })) chunks.push(chunk);
    const mail = Buffer.concat(chunks);
    expect(mail.toString()).toContain('\nDate: Wed, 31 Dec 1969 19:00:00 -0500\n');
    git(['init', '-q']);
    git(['fetch', '-q', repository.path, base]);
    git(['checkout', '-q', 'FETCH_HEAD']);
    // git itself takes no date before 1970; here it is only about the rest.
    git(['am', '-q'], Buffer.from(mail.toString().replace('31 Dec 1969', '31 Dec 1979')));
    expect(git(['log', '-1', '--format=%T %an <%ae>%n%B']).trim()).toBe(
      `${tree} Jürgen Ä, Dr <j@b.org>\nÜber alles in zwei Zeilen\n\nbody`,
    );
  } finally {
    await repository.remove();
    rmSync(work, { recursive: true, force: true });
  }
});

it('keeps each header of a mail a header, whatever a commit holds', () => {
  const any = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(any, any, any, (name, email, message) => {
      const author = { name, email, date: '0001-01-01T00:00:00+00:00' };
      const record = {
        sha: 'a'.repeat(40),
        tree: '',
        parents: [],
        author,
        committer: author,
        message,
        subject: '',
        body: '',
      };
      const [head = ''] = mailHead(record).split('\n\n');
      const names = head.split('\n').filter((line) => !line.startsWith(' '));
      expect(names.map((line) => line.slice(0, 4))).toEqual(expect.arrayContaining(['From', 'From', 'Date', 'Subj']));
      for (const line of names)
        expect(line).toMatch(/^(From|From:|Date:|Subject:|MIME-Version:|Content-[\w-]+:) [\x20-\x7e]*$/);
    }),
    { numRuns: 40 },
  );
});
