import { formatBytes } from '@granary/kernel';
import type { Amounts } from './ledger';
import type { Measure, StorageClass } from './limits';

/** What a refusal tells. Names are only those that its reader may read. */
export interface RefusalFacts {
  namespace: string;
  measure: Measure;
  storageClass: StorageClass;
  limit: number;
  amounts: Amounts;
  needed: number;
  /** The largest, by full name. What is left of the usage is told as "other repositories". */
  largest: readonly { fullName: string; bytes: number }[];
  /** What needs the room: "This push". */
  subject: string;
}

const WHAT: Record<Measure, (storageClass: StorageClass) => string> = {
  git: (storageClass) => `the Git data of ${storageClass} repositories`,
  lfs: (storageClass) => `${storageClass} LFS files`,
  repositories: (storageClass) => `${storageClass} repositories`,
};

/** `"acme" has used 9.8 GiB of its 10.0 GiB for private LFS files (…).  This push needs 400.0 MiB more.` */
export function refusalText(facts: RefusalFacts): string {
  const { namespace, measure, storageClass, limit, amounts, needed, subject } = facts;
  const what = WHAT[measure](storageClass);
  if (measure === 'repositories') {
    return `"${namespace}" has ${amounts.used} of the ${limit} ${what} that it may have. ${subject} needs room for one more.`;
  }
  const detail = detailOf(facts);
  return (
    `"${namespace}" has used ${formatBytes(amounts.used)} of its ${formatBytes(limit)} for ${what}` +
    `${detail === '' ? '' : ` (${detail})`}. ${subject} needs ${formatBytes(needed)} more.`
  );
}

/** Who uses what, and what is on its way. */
function detailOf({ amounts, largest, measure }: RefusalFacts): string {
  const shown = largest.filter(({ bytes }) => bytes > 0);
  const others = amounts.used - amounts.deleted - shown.reduce((sum, { bytes }) => sum + bytes, 0);
  const holders = [
    ...shown.map(({ fullName, bytes }) => `${fullName} ${formatBytes(bytes)}`),
    ...(others > 0 ? [`${shown.length > 0 ? 'other ' : ''}repositories ${formatBytes(others)}`] : []),
    ...(amounts.deleted > 0 ? [`deleted repositories ${formatBytes(amounts.deleted)} until they are purged`] : []),
  ].join(', ');
  const way = measure === 'lfs' ? 'uploads' : 'pushes';
  const reserved = amounts.reserved > 0 ? `${formatBytes(amounts.reserved)} reserved by ${way} under way` : '';
  return [holders, reserved].filter((part) => part !== '').join('; ');
}

/** Whom to ask. @param owners null when the reader is one of them. */
export function refusalHint(namespace: string, owners: readonly string[] | null): string {
  const admin = 'an administrator of the hub for a higher limit';
  if (owners === null) return `Delete what is not needed, or ask ${admin}.`;
  if (owners.length === 0) return `Ask ${admin}.`;
  return `Ask an owner of "${namespace}" (${owners.join(', ')}) to delete what is not needed, or ${admin}.`;
}

/** What a pusher reads when the limit is near. */
export function warningText(facts: Pick<RefusalFacts, 'namespace' | 'measure' | 'storageClass' | 'limit' | 'amounts'>) {
  const { namespace, measure, storageClass, limit, amounts } = facts;
  const percent = limit === 0 ? 100 : Math.floor((amounts.used / limit) * 100);
  const size = measure === 'repositories' ? String : formatBytes;
  const what = WHAT[measure](storageClass);
  return `${namespace} has used ${percent} % of its limit for ${what} (${size(amounts.used)} of ${size(limit)}).`;
}
