import type { CommitSummary } from '@granary/api-contract';
import { groupByDay } from './commit-days';

function commit(sha: string, date: string): CommitSummary {
  const person = { name: 'Ada', email: 'ada@example.org', date, user: null };
  return { sha, subject: '', body: '', author: person, committer: person, parents: [] };
}

it('groups neighbours of one day', () => {
  const days = groupByDay([
    commit('a', '2026-11-21T09:00:00Z'),
    commit('b', '2026-11-21T00:00:00Z'),
    commit('c', '2026-11-20T23:59:59Z'),
  ]);
  expect(days.map(({ title, commits }) => [title, commits.length])).toEqual([
    ['21 Nov 2026', 2],
    ['20 Nov 2026', 1],
  ]);
});

it('keeps the order of a history that jumps in time, and its keys apart', () => {
  const days = groupByDay([
    commit('a', '2026-11-21T09:00:00Z'),
    commit('b', 'not a date'),
    commit('c', '2026-11-21T08:00:00Z'),
  ]);
  expect(days.map(({ title }) => title)).toEqual(['21 Nov 2026', 'Unknown date', '21 Nov 2026']);
  expect(new Set(days.map(({ key }) => key)).size).toBe(3);
});

it('has no day for no commit', () => {
  expect(groupByDay([])).toEqual([]);
});
