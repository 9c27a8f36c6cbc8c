import type { Repository } from '@granary/api-contract';
import { Link } from '@/components/ui/link';
import { Panel } from '@/components/ui/panel';
import { RowList } from '@/components/ui/row-list';
import { Time } from '@/components/ui/time';
import { repositoryUrl } from '@/lib/repository-url';

/** Where something was pushed last, in few words. */
export function RecentRepositories({ repositories }: { repositories: Repository[] }) {
  if (repositories.length === 0) return <p className="text-ink-muted">Nothing has been pushed yet.</p>;
  return (
    <Panel>
      <RowList label="Recently pushed">
        {repositories.map(({ id, owner, name, pushed_at, updated_at }) => (
          <li key={id} className="px-4 py-2.5">
            <Link href={repositoryUrl({ owner: owner.login, name })} className="block hover:underline">
              <span className="text-ink-muted">{owner.login} / </span>
              <span className="font-medium">{name}</span>
            </Link>
            <p className="text-ink-muted text-[0.8125rem]">
              <Time at={pushed_at ?? updated_at} />
            </p>
          </li>
        ))}
      </RowList>
    </Panel>
  );
}
