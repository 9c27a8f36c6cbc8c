import type { TreeEntry } from '@granary/api-contract';
import { File, FileSymlink, Folder, FolderGit2 } from 'lucide-react';
import { classNames } from '@/lib/class-names';

type EntryType = TreeEntry['type'];

const ICONS = { tree: Folder, blob: File, symlink: FileSymlink, submodule: FolderGit2 } satisfies Record<
  EntryType,
  typeof File
>;
const LABELS: Record<EntryType, string> = {
  tree: 'Directory',
  blob: 'File',
  symlink: 'Symbolic link',
  submodule: 'Submodule',
};

/** Each drawing once: a directory of a thousand entries refers to them. */
export function EntryIconSprite() {
  return (
    <svg aria-hidden className="absolute size-0">
      {(Object.keys(ICONS) as EntryType[]).map((type) => {
        const Icon = ICONS[type];
        return (
          <symbol key={type} id={`entry-${type}`} viewBox="0 0 24 24">
            <Icon fill={type === 'tree' ? 'currentColor' : 'none'} fillOpacity={0.25} />
          </symbol>
        );
      })}
    </svg>
  );
}

export function EntryIcon({ type }: { type: EntryType }) {
  const tinted = type === 'tree' || type === 'submodule';
  return (
    <svg
      role="img"
      aria-label={LABELS[type]}
      className={classNames('size-4 shrink-0', tinted ? 'text-accent' : 'text-ink-muted')}
    >
      <use href={`#entry-${type}`} />
    </svg>
  );
}
