import type { TreeEntry } from '@granary/api-contract';
import { File, FileSymlink, Folder, FolderGit2, Lock } from 'lucide-react';

type EntryType = TreeEntry['type'];

const ICONS = { tree: Folder, blob: File, symlink: FileSymlink, submodule: FolderGit2 } satisfies Record<
  EntryType,
  typeof File
>;
export const ENTRY_LABELS: Record<EntryType, string> = {
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
      <symbol id="entry-lock" viewBox="0 0 24 24">
        <Lock />
      </symbol>
    </svg>
  );
}
