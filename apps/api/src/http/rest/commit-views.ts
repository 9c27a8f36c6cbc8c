import type { GitRepository } from '@granary/git-process';
import { fullName, type OpenRepository } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import type { LogRecord } from '@granary/wire';
import { Injectable } from '@nestjs/common';
import { OutsideAddresses } from '../outside';
import { BrowseReader } from '../pages/browse.reader';
import { type CommitContext, urlsOf } from '../presenters/commit.presenter';

/** What answers tell of commits beyond what git has of them. */
@Injectable()
export class CommitViews {
  constructor(
    private readonly reader: BrowseReader,
    private readonly outside: OutsideAddresses,
  ) {}

  /** What is known of the people and the signatures of all `commits`, in a constant number of queries. */
  async contextOf(
    opened: OpenRepository,
    bare: GitRepository,
    commits: LogRecord[],
  ): Promise<(commit: LogRecord) => CommitContext> {
    const [facts, verifications] = await Promise.all([
      this.reader.facts(opened, { commits }),
      this.reader.verifications(bare, commits),
    ]);
    const urls = urlsOf(fullName(opened.repository), this.outside.baseUrl);
    return ({ sha }) => {
      const verification = verifications.get(sha);
      if (!verification) throw new DomainError('not_found', 'Not Found');
      return { facts, verification, urls };
    };
  }
}
