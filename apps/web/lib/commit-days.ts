import type { CommitSummary } from '@granary/api-contract';
import { dayKey, formatDay, parseMoment } from './text/moment';

export interface CommitDay<C extends CommitSummary> {
  key: string;
  title: string;
  commits: C[];
}

/** Cuts a history where the day of commit (in UTC) changes. Histories are not sorted by date, so a day can come twice. */
export function groupByDay<C extends CommitSummary>(commits: C[]): CommitDay<C>[] {
  const days: CommitDay<C>[] = [];
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
