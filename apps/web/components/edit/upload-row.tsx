'use client';

import { CircleAlert, CircleCheck, LoaderCircle, RotateCw, X } from 'lucide-react';
import { useId } from 'react';
import { Button } from '@/components/ui/button';
import { formatBytes } from '@/lib/text/quantity';
import { visibleName } from '@/lib/text/visible-text';
import { storageText, type UploadItem } from '@/lib/upload/upload-item';

interface UploadRowProps {
  item: UploadItem;
  /** Null where the file itself is not in this page's hands any more. */
  onRetry: (() => void) | null;
  onRemove(): void;
  onChoose(lfs: boolean): void;
}

export function UploadRow({ item, onRetry, onRemove, onChoose }: UploadRowProps) {
  const { path, sizeBytes, state, sentBytes, fault, id } = item;
  const name = visibleName(path);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-3.5 py-2.5">
      {/* Without JavaScript the form sends what is ticked here. */}
      <noscript>
        {id !== null && <input type="checkbox" name="staged" value={id} defaultChecked aria-label={name} />}
      </noscript>
      <StateIcon state={state} />
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-mono text-[0.8125rem] wrap-anywhere">{name}</p>
        {fault && <p className="text-danger whitespace-pre-line">{fault}</p>}
        {state === 'sending' && (
          <progress
            value={sentBytes}
            max={Math.max(1, sizeBytes)}
            aria-label={`Progress of ${name}`}
            className="accent-accent mt-1 h-1.5 w-full"
          />
        )}
      </div>
      <span className="text-ink-muted text-[0.8125rem] tabular-nums">{formatBytes(sizeBytes)}</span>
      <Storage item={item} name={name} onChoose={onChoose} />
      <span className="flex gap-1">
        {state === 'failed' && onRetry && (
          <Button size="small" variant="ghost" square aria-label={`Send ${name} again`} onClick={onRetry}>
            <RotateCw aria-hidden />
          </Button>
        )}
        <Button
          size="small"
          variant="ghost"
          square
          aria-label={`${state === 'sending' ? 'Cancel' : 'Remove'} ${name}`}
          onClick={onRemove}
        >
          <X aria-hidden />
        </Button>
      </span>
    </li>
  );
}

function StateIcon({ state }: Pick<UploadItem, 'state'>) {
  if (state === 'here') return <CircleCheck aria-hidden className="text-success size-4 shrink-0" />;
  if (state === 'failed') return <CircleAlert aria-hidden className="text-danger size-4 shrink-0" />;
  return <LoaderCircle aria-hidden className="text-ink-muted size-4 shrink-0 animate-spin" />;
}

/** Where the file goes; a choice only where no rule decides. */
function Storage({ item, name, onChoose }: { item: UploadItem; name: string; onChoose(lfs: boolean): void }) {
  const id = useId();
  const { storage } = item;
  if (!storage) return null;
  if (storage.forced) return <span className="text-ink-muted text-[0.8125rem]">{storageText(storage)}</span>;
  return (
    <span className="flex min-h-6 items-center gap-1.5 text-[0.8125rem]">
      <input
        type="checkbox"
        id={id}
        checked={storage.lfs}
        onChange={(event) => onChoose(event.target.checked)}
        className="accent-accent size-4 pointer-coarse:size-5"
      />
      <label htmlFor={id}>
        Git LFS<span className="sr-only"> for {name}</span>
      </label>
    </span>
  );
}
