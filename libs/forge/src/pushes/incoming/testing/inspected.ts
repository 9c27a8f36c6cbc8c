import type { PushRuleValues } from '@granary/api-contract';
import { DEFAULT_PUSH_RULES } from '../../../protection';
import { Inspection } from '../inspection';
import { MemoryObjects } from './memory-objects';

/** What an inspection is given. */
export interface Case {
  rules?: Partial<PushRuleValues>;
  /** The files that the push brings, by their paths, as they come. */
  files?: [path: string, content: string | Buffer][];
  /** Files whose content the repository had. */
  old?: [path: string, content: string | Buffer][];
}

/** @returns the inspection after these changes, each of a regular file in the tree `root`. */
export async function inspect({ rules = {}, files = [], old = [] }: Case) {
  const objects = new MemoryObjects();
  const changes = (some: typeof files) => some.map(([path, content]) => ({ path, oid: objects.blob(content) }));
  const brought = changes(files);
  const known = changes(old);
  const reader = objects.reader([...new Set(brought.map(({ oid }) => oid))]);
  const inspection = new Inspection({ ...DEFAULT_PUSH_RULES, ...rules }, reader, new Map());
  for (const { path, oid } of [...brought, ...known]) {
    await inspection.change({ path, mode: 0o100644, oid }, 'root');
    await inspection.settle();
  }
  return { inspection, reader, objects, oids: brought.map(({ oid }) => oid) };
}
