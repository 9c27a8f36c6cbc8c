import type { CommitSummary } from '@granary/api-contract';
import { dayKey, formatDay, parseMoment } from './text/moment';

export interface CommitDay {
  key: string;
  title: string;
  commits: CommitSummary[];
}

/** Cuts a history where the day of commit (in UTC) changes. Histories are not sorted by date, so a day can come twice. */
export function groupByDay(commits: CommitSummary[]): CommitDay[] {
  const days: CommitDay[] = [];
  let current = '';
  for (const commit of commits) {
    const moment = parseMoment(commit.committer.date);
    const day = moment ? dayKey(moment) : 'unknown';
    if (day !== current || days.length === 0) {
      days.push({ key: `${day} ${commit.sha}`, title: moment ? formatDay(moment) : 'Unknown date', commits: [] });
      current = day;
    }
    days.at(-1)?.commits.push(commit);
  }
  return days;
}
