import { HUB_REFS } from '@granary/wire';
import { fsckSeverities } from './fsck-policy';
import type { GitVersion } from './git-version';

export interface GitConfigOptions {
  hooksPath: string;
  version: GitVersion;
  /** Threads of one pack-objects or index-pack. */
  packThreads: number;
}

type Setting = readonly [key: string, value: string];

/**
 * The text of the one git config that every git process of the hub reads, for both object formats.
 *
 * @see git-config(1) for each key; docs on the server's defaults say which promise each one keeps.
 */
export function formatGitConfig(options: GitConfigOptions): string {
  const settings = [
    ...general(options),
    ...receiving(options.version),
    ...uploading(options),
    ...packing(options.packThreads),
  ];
  return settings.map(([key, value]) => formatSetting(key, value)).join('');
}

function general({ hooksPath }: GitConfigOptions): Setting[] {
  return [
    ['core.hooksPath', hooksPath],
    // Objects and refs, and what finds them: a pack whose index is lost is a pack that is not there.
    // The directories are ours to sync (durable-refs.ts): git never does.
    ['core.fsync', 'committed,derived-metadata'],
    ['core.fsyncMethod', 'fsync'],
    ['core.filesRefLockTimeout', '1000'],
    ['core.packedRefsTimeout', '5000'],
    // There is no work tree here, and names that only Windows or macOS dislikes must still be archived and read.
    ['core.protectNTFS', 'false'],
    ['core.protectHFS', 'false'],
    // Only processes of the hub read this file, and they are only pointed at repositories under the hub's root.
    ['safe.directory', '*'],
    ['init.defaultBranch', 'main'],
    // ref-signature.ts watches files; git 3 would choose reftable.
    ['init.defaultRefFormat', 'files'],
    ['protocol.allow', 'never'],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['repack.writeBitmaps', 'true'],
    ['transfer.fsckObjects', 'true'],
    // Neither advertised nor accepted in a push.
    ...HUB_REFS.map((ref): Setting => ['transfer.hideRefs', ref]),
  ];
}

/** Of one push, as it travels. */
export const MAX_PACK_BYTES = 2 * 1024 ** 3;

function receiving(version: GitVersion): Setting[] {
  return [
    // A pack is kept as a pack, however small: fewer files to sync than loose objects, and a clone can copy from it.
    ['receive.unpackLimit', '1'],
    ['receive.maxInputSize', String(MAX_PACK_BYTES)],
    // The hub says of each ref by itself whether it is taken: see proc-receive.ts.
    ['receive.procReceiveRefs', 'refs'],
    ['receive.autogc', 'false'],
    ['receive.advertiseAtomic', 'true'],
    ['receive.advertisePushOptions', 'false'],
    ...[...fsckSeverities(version)].map(([id, severity]): Setting => [`receive.fsck.${id}`, severity]),
  ];
}

function uploading({ hooksPath }: GitConfigOptions): Setting[] {
  return [
    // The packs of clones and fetches come from the hub's cache: see hook-scripts.ts.
    ['uploadpack.packObjectsHook', shellWord(`${hooksPath}/pack-objects`)],
    ['uploadpack.allowFilter', 'true'],
    // Protocol v2 serves any object by its id, so that refusing it in v0 would only break lazy fetches of partial clones.
    ['uploadpack.allowAnySHA1InWant', 'true'],
    ['uploadpackfilter.allow', 'false'],
    ...['blob:none', 'blob:limit', 'tree', 'combine'].map((filter): Setting => [
      `uploadpackfilter.${filter}.allow`,
      'true',
    ]),
  ];
}

function packing(packThreads: number): Setting[] {
  return [
    ['pack.threads', String(packThreads)],
    ['pack.windowMemory', '256m'],
    // Bigger objects are streamed instead of being held in memory, and no time is lost on deltas of media.
    ['core.bigFileThreshold', '64m'],
  ];
}

/** git hands the hook to a shell where its text calls for one. */
function shellWord(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function formatSetting(key: string, value: string): string {
  const [, section, subsection, name] = /^([^.]+)\.(?:(.+)\.)?([^.]+)$/.exec(key) ?? [];
  const header = subsection === undefined ? section : `${section} ${quote(subsection)}`;
  return `[${header}]\n\t${name} = ${quote(value)}\n`;
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}
