'use client';

import { lfsPlaceText, type ArchiveInfo } from '@granary/api-contract';
import { useEffect, useRef, useState } from 'react';
import { MenuLink, MenuSection } from '@/components/ui/menu-item';
import { archiveInfoUrl, archiveUrl, type RefName, type RepositoryName } from '@/lib/repository-url';
import { countOf, formatBytes } from '@/lib/text/quantity';

interface ArchiveLinksProps {
  repository: RepositoryName;
  gitRef: RefName;
  path: string;
  hasLfs: boolean;
}

type Facts = { state: 'unknown' } | { state: 'asked' } | { state: 'failed' } | { state: 'known'; info: ArchiveInfo };

/** Made without asking which programs the hub has. */
const EVERYWHERE = ['zip', 'tar.gz'] as const;

/** The links work without JavaScript; with it, opening the menu asks what the archives hold. */
export function ArchiveLinks({ repository, gitRef, path, hasLfs }: ArchiveLinksProps) {
  const place = useRef<HTMLDivElement>(null);
  const [facts, setFacts] = useState<Facts>({ state: 'unknown' });
  const infoUrl = archiveInfoUrl(repository, gitRef, path);

  useEffect(() => {
    const menu = place.current?.closest('details');
    if (!menu) return;
    const abort = new AbortController();
    const onToggle = () => {
      if (!menu.open) return;
      setFacts((known) => (known.state === 'known' ? known : { state: 'asked' }));
      askFor(infoUrl, abort.signal).then(
        (info) => setFacts({ state: 'known', info }),
        () => !abort.signal.aborted && setFacts({ state: 'failed' }),
      );
    };
    menu.addEventListener('toggle', onToggle);
    return () => {
      abort.abort();
      menu.removeEventListener('toggle', onToggle);
    };
  }, [infoUrl]);

  const info = facts.state === 'known' ? facts.info : null;
  const formats = info?.formats ?? EVERYWHERE.map((name) => ({ name, ready: null }));
  const hrefOf = (format: string, lfs: boolean) => archiveUrl(repository, gitRef, { format, path, lfs });
  const whole = info && formatBytes(info.git_bytes + info.lfs_bytes);
  return (
    <div ref={place} aria-busy={facts.state === 'asked'}>
      {info && info.missing_lfs_files > 0 && (
        <p className="text-warning px-4 pt-3 text-[0.8125rem] break-words">{missingText(info)}</p>
      )}
      <MenuSection title={hasLfs ? titleOf('With LFS content', whole) : titleOf('Archive', whole)}>
        {formats.map(({ name, ready }) => (
          <MenuLink key={name} external href={hrefOf(name, true)}>
            <span>{name}</span>
            {ready && <span className="text-ink-muted ml-auto tabular-nums">{formatBytes(ready.size)}</span>}
          </MenuLink>
        ))}
      </MenuSection>
      {hasLfs && (
        <MenuSection title={titleOf('With pointers instead', info && formatBytes(info.git_bytes))}>
          {EVERYWHERE.map((name) => (
            <MenuLink key={name} external href={hrefOf(name, false)}>
              {name}
            </MenuLink>
          ))}
        </MenuSection>
      )}
      <p role="status" className="text-ink-muted border-line px-4 text-xs not-empty:border-t not-empty:py-2.5">
        {statusOf(facts)}
      </p>
    </div>
  );
}

async function askFor(url: string, signal: AbortSignal): Promise<ArchiveInfo> {
  const response = await fetch(url, { signal, headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return (await response.json()) as ArchiveInfo;
}

const titleOf = (title: string, size: string | null): string => (size === null ? title : `${title}, ${size}`);

function missingText({ missing_lfs_files: count, missing_lfs_elsewhere: place }: ArchiveInfo): string {
  const what = `${countOf(count, 'LFS file')} here ${count === 1 ? 'has' : 'have'} no content`;
  return place === null
    ? `${what} on this hub: an archive with LFS content is refused until somebody pushes it.`
    : `${what} in this repository: .lfsconfig names ${lfsPlaceText(place)}. An archive with LFS content is refused; in a clone, git lfs pull gets it.`;
}

function statusOf(facts: Facts): string {
  if (facts.state === 'unknown') return '';
  if (facts.state === 'asked') return 'Looking at the sizes …';
  if (facts.state === 'failed') return 'The sizes are not known at the moment.';
  const { entries, lfs_files: lfsFiles } = facts.info;
  const lfs = lfsFiles === 0 ? '' : `, ${lfsFiles} of them with LFS`;
  return `${countOf(entries, 'file')}${lfs}. Sizes are those of the files, before compression.`;
}
