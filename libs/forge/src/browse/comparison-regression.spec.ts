import { openComparisonText, readComparedCommits, readComparison } from '@granary/git-process';
import { RepositoryBuilder } from '@granary/git-process/testing';
import { readDiff } from './commit-diff';

let repository: RepositoryBuilder;
beforeAll(async () => (repository = await RepositoryBuilder.create()));
afterAll(() => repository.remove());

async function textOf(from: string, to: string, form: 'diff' | 'patch'): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of openComparisonText(repository, { from, to, form })) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

it('tells how two commits stand to each other, the commits page by page and what differs', async () => {
  const root = await repository.commit({ files: { a: 'a\n' }, message: 'root' });
  const shas: string[] = [];
  for (let nth = 0; nth < 5; nth++) {
    shas.push(
      await repository.commit({
        files: { 'sub/b': `${nth}\n` },
        message: `topic ${nth}`,
        ref: 'refs/heads/topic',
        parents: [shas.at(-1) ?? root],
      }),
    );
  }
  const head = shas.at(-1) ?? '';
  const base = await repository.commit({ files: { c: 'c\n' }, message: 'main', parents: [root] });
  const comparison = await readComparison(repository, { base, head });
  expect(comparison).toEqual({ base, head, mergeBase: root, aheadBy: 5, behindBy: 1 });
  expect(await readComparison(repository, { base, head: base })).toMatchObject({
    mergeBase: base,
    aheadBy: 0,
    behindBy: 0,
  });
  const page = async (offset: number, limit: number) =>
    (await readComparedCommits(repository, comparison, { offset, limit })).map(({ sha }) => sha);
  expect(await page(0, 100)).toEqual(shas);
  expect([...(await page(0, 2)), ...(await page(2, 2)), ...(await page(4, 2))]).toEqual(shas);
  expect(await page(6, 2)).toEqual([]);
  const window = { offset: 0, limit: 10 };
  expect((await readDiff(repository, { from: root, to: head }, window)).files.map((file) => file.newPath)).toEqual([
    'sub/b',
  ]);
  expect((await readDiff(repository, { from: base, to: head }, window)).fileCount).toBe(2);
  expect(await textOf(root, head, 'diff')).toMatch(/^diff --git a\/sub\/b b\/sub\/b\n/);
  const mails = await textOf(root, head, 'patch');
  expect(mails.match(/^From [0-9a-f]{40} /gm)?.map((line) => line.slice(5, 45))).toEqual(shas);
  expect(mails).toContain('Subject: [PATCH] topic 0');
});

it('knows commits that have no ancestor in common', async () => {
  const one = await repository.commit({ files: { a: '1' }, parents: [], ref: 'refs/heads/one' });
  const other = await repository.commit({ files: { a: '2' }, parents: [], ref: 'refs/heads/other' });
  expect(await readComparison(repository, { base: one, head: other })).toMatchObject({
    mergeBase: null,
    aheadBy: 1,
    behindBy: 1,
  });
});
