'use client';

import { refInAddress, type StagedFile, type UploadPage, type UploadPlan } from '@granary/api-contract';
import { useRef, useState } from 'react';
import { repositoryApiPath, type RefName, type RepositoryName } from '@/lib/repository-url';
import { askApi, Refused, sendFile } from '@/lib/upload/send-file';
import { withChange, withItem, type UploadChange, type UploadItem } from '@/lib/upload/upload-item';

/** More at once would not be faster, and each would seem slower. */
const AT_ONCE = 2;

interface Place {
  repository: RepositoryName;
  /** The files' paths are from the root. */
  place: RefName;
  directory: string;
  staged: UploadPage['staged'];
}

/** The files of the upload page: they are sent as soon as they are chosen, and wait at the hub for the commit. */
export function useUploads({ repository, place, directory, staged }: Place) {
  const [items, setItems] = useState<UploadItem[]>(() => staged.map(itemOf));
  const files = useRef(new Map<string, { file: File; controller: AbortController }>());
  const queue = useRef<{ path: string; upload: UploadPlan['files'][number]['upload'] }[]>([]);
  const active = useRef(0);
  const base = `${repositoryApiPath('/api/web/repos', repository)}/uploads`;
  const change = (to: UploadChange) => setItems((now) => withChange(now, to));

  async function send(path: string, upload: UploadPlan['files'][number]['upload']): Promise<void> {
    const entry = files.current.get(path);
    if (!entry || entry.controller.signal.aborted) return;
    change({ path, state: 'sending', sentBytes: 0, fault: null });
    try {
      const sending = { upload, file: entry.file, signal: entry.controller.signal };
      const { id } = await sendFile<StagedFile>({
        ...sending,
        onProgress: (sentBytes) => change({ path, sentBytes }),
      });
      change({ path, state: 'here', id });
    } catch (error) {
      // One that was taken out, or replaced by another of its name, says nothing.
      if (entry.controller.signal.aborted) return;
      change({ path, state: 'failed', fault: textOf(error) });
    }
  }

  function pump(): void {
    while (active.current < AT_ONCE) {
      const next = queue.current.shift();
      if (!next) return;
      active.current++;
      void send(next.path, next.upload).finally(() => {
        active.current--;
        pump();
      });
    }
  }

  async function start(paths: string[]): Promise<void> {
    const wanted = paths.flatMap((path) => {
      const entry = files.current.get(path);
      return entry ? [{ path, size_bytes: entry.file.size }] : [];
    });
    try {
      const plan = await askApi<UploadPlan>('POST', `${base}/plan`, { at: refInAddress(place), files: wanted });
      for (const { fault, upload, ...storage } of plan.files) {
        change({ path: storage.path, storage, ...(fault ? { state: 'failed', fault } : {}) });
        if (!fault) queue.current.push({ path: storage.path, upload });
      }
      pump();
    } catch (error) {
      for (const path of paths) change({ path, state: 'failed', fault: textOf(error) });
    }
  }

  function add(chosen: Iterable<File>): void {
    const paths: string[] = [];
    for (const file of chosen) {
      const path = directory === '' ? file.name : `${directory}/${file.name}`;
      files.current.get(path)?.controller.abort();
      files.current.set(path, { file, controller: new AbortController() });
      paths.push(path);
      setItems((now) => withItem(now, fresh(path, file.size)));
    }
    if (paths.length > 0) void start(paths);
  }

  function remove({ path, id }: UploadItem): void {
    files.current.get(path)?.controller.abort();
    files.current.delete(path);
    setItems((now) => now.filter((item) => item.path !== path));
    // What stays behind is swept within the hour.
    if (id !== null) void askApi('DELETE', `${base}/${id}`).catch(() => undefined);
  }

  const retry = ({ path }: UploadItem) => {
    change({ path, state: 'waiting', fault: null });
    void start([path]);
  };
  const choose = ({ path, storage }: UploadItem, lfs: boolean) =>
    storage && change({ path, storage: { ...storage, lfs } });
  const canRetry = ({ path }: UploadItem) => files.current.has(path);
  return { items, add, remove, retry, choose, canRetry, base };
}

export const textOf = (error: unknown) => (error instanceof Refused ? error.message : 'Something went wrong here.');

function fresh(path: string, sizeBytes: number): UploadItem {
  return { path, sizeBytes, state: 'waiting', sentBytes: 0, id: null, storage: null, fault: null };
}

function itemOf({ id, path, size_bytes: sizeBytes, storage }: UploadPage['staged'][number]): UploadItem {
  return { ...fresh(path, sizeBytes), id, storage, state: 'here', sentBytes: sizeBytes };
}
