import { formatProgress, parseSideband } from '@granary/wire';
import { DISK_FULL } from '../process/git-trouble';

/** What a push is told when the disk is full, before it begins or in its middle. */
export const FULL_DISK = {
  message: 'The hub’s disk is full, so it takes no pushes right now.',
  hint: 'Nothing was changed, and cloning and fetching go on. An administrator has to free some space; then push again.',
} as const;

/** Our words behind a packet of progress in which git says that it could not write, such as "fatal: write error". */
export function explainFullDisk(packet: Buffer): Buffer | null {
  const { payload } = parseSideband(packet.subarray(4));
  return DISK_FULL.test(Buffer.from(payload).toString('latin1'))
    ? formatProgress(`${FULL_DISK.message}\n${FULL_DISK.hint}`)
    : null;
}
