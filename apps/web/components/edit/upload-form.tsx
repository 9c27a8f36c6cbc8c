'use client';

import type { EditAt, EditMade, UploadPage } from '@granary/api-contract';
import { Upload } from 'lucide-react';
import { useId, useState, type DragEvent, type FormEvent } from 'react';
import { Select } from '@/components/forms/select';
import { buttonClass, ButtonLink } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { classNames } from '@/lib/class-names';
import { targetOf } from '@/lib/edit-target';
import { withNotice } from '@/lib/notices';
import { branchRef, changeUrl, repositoryUrl, treeUrl, type RepositoryName } from '@/lib/repository-url';
import { formatBytes } from '@/lib/text/quantity';
import { askApi } from '@/lib/upload/send-file';
import { progressText } from '@/lib/upload/upload-item';
import { CommitFields } from './commit-fields';
import { UploadRow } from './upload-row';
import { textOf, useUploads } from './use-uploads';

interface UploadFormProps extends Pick<UploadPage, 'staged' | 'lfs' | 'problem'> {
  repository: RepositoryName;
  at: EditAt;
}

/**
 * Files, and the commit to make of them. With JavaScript each file travels at once and by itself; without, the browser
 * sends the whole form to the same address.
 */
export function UploadForm({ repository, at, staged, lfs, problem }: UploadFormProps) {
  const uploads = useUploads({ repository, place: at, directory: at.path, staged });
  const { items } = uploads;
  const [refusal, setRefusal] = useState(problem);
  const [isCommitting, setCommitting] = useState(false);
  const ready = items.filter(({ state }) => state === 'here');
  const isBusy = isCommitting || items.some(({ state }) => state === 'waiting' || state === 'sending');

  async function commit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    if (ready.length === 0) return setRefusal('Choose a file first.');
    const form = new FormData(event.currentTarget);
    const target = targetOf(at, form);
    if (target.branch === '') return setRefusal('Name the new branch.');
    setCommitting(true);
    setRefusal(null);
    try {
      const message = String(form.get('message') ?? '').trim() || `Upload ${nameOfAll(ready.length)}`;
      const files = ready.map(({ id, storage }) => ({ id, lfs: storage?.lfs }));
      const { branch } = await askApi<EditMade>('POST', `${uploads.base}/commit`, { ...target, message, files });
      window.location.assign(withNotice(treeUrl(repository, branchRef(branch), at.path), 'files-uploaded'));
    } catch (error) {
      setRefusal(textOf(error));
      setCommitting(false);
    }
  }

  return (
    <form
      method="post"
      encType="multipart/form-data"
      action={changeUrl(repository, 'upload', at)}
      onSubmit={(event) => void commit(event)}
      aria-label="Upload files"
      className="space-y-5"
    >
      {refusal && (
        <Notice tone="danger" role="alert">
          <p className="whitespace-pre-line">{refusal}</p>
        </Notice>
      )}
      <DropZone onFiles={uploads.add} hint={lfsHint(lfs)} />
      {items.length > 0 && (
        <ul aria-label="Files" className="border-line divide-line rounded-control divide-y border">
          {items.map((item) => (
            <UploadRow
              key={item.path}
              item={item}
              onRetry={uploads.canRetry(item) ? () => uploads.retry(item) : null}
              onRemove={() => uploads.remove(item)}
              onChoose={(choice) => uploads.choose(item, choice)}
            />
          ))}
        </ul>
      )}
      <p role="status" className="text-ink-muted empty:hidden">
        {progressText(items)}
      </p>
      <noscript>
        <Select name="lfs" label="Git LFS" options={LFS_CHOICES} defaultValue="" />
      </noscript>
      <CommitFields at={at} placeholder={`Upload ${nameOfAll(Math.max(1, ready.length))}`} />
      <div className="flex flex-wrap gap-2">
        <button
          type="submit"
          aria-disabled={isBusy || undefined}
          className={classNames(buttonClass({ variant: 'primary' }), 'aria-disabled:opacity-70')}
        >
          Commit the files
        </button>
        <ButtonLink href={at.sha === null ? repositoryUrl(repository) : treeUrl(repository, at)}>Cancel</ButtonLink>
      </div>
    </form>
  );
}

const LFS_CHOICES = [
  { value: '', label: 'For large files' },
  { value: 'all', label: 'For all files' },
  { value: 'none', label: 'Only where the repository asks for it' },
];

const nameOfAll = (count: number) => (count === 1 ? 'a file' : `${count} files`);

function lfsHint({ size_bytes, size_is_rule, patterns }: UploadPage['lfs']): string {
  const size = `files above ${formatBytes(size_bytes)}`;
  const names =
    patterns.length > 0 ? `, and always ${patterns.slice(0, 5).join(', ')}${patterns.length > 5 ? ' …' : ''}` : '';
  return `Git LFS stores ${size}${size_is_rule ? '' : ' unless you choose otherwise'}${names}.`;
}

function DropZone({ onFiles, hint }: { onFiles(files: Iterable<File>): void; hint: string }) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const over = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles(event.dataTransfer.files);
  };
  return (
    <div
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={classNames(
        'rounded-control border border-dashed px-4 py-6 text-center',
        isOver ? 'border-accent bg-accent-soft' : 'border-line-strong',
      )}
    >
      <Upload aria-hidden className="text-ink-muted mx-auto mb-2 size-6" />
      <label htmlFor={id} className="font-medium">
        Choose files, or drop them here
      </label>
      <input
        type="file"
        id={id}
        name="files"
        multiple
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
        className="text-ink-muted file:rounded-control file:border-line file:bg-surface file:text-ink hover:file:bg-hover mx-auto mt-3 block max-w-full text-[0.8125rem] file:mr-3 file:h-9 file:cursor-pointer file:border file:border-solid file:px-3.5 file:text-sm file:font-medium pointer-coarse:file:h-11"
      />
      <p id={`${id}-hint`} className="text-ink-muted mt-3 text-[0.8125rem] wrap-anywhere">
        {hint}
      </p>
    </div>
  );
}
