import type { LfsCollectionService, LfsPurgeService, LfsScrubService } from '@granary/forge';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { BrokenUploads } from './transfer/broken-uploads';

interface LfsWork {
  collection: LfsCollectionService;
  purge: LfsPurgeService;
  scrub: LfsScrubService;
  broken: BrokenUploads;
}

/** What collections and scrubs of LFS objects did in this process; damaged objects over all of them. */
export function measureLfs(registry: Registry, { collection, purge, scrub, broken }: LfsWork): void {
  const counters: [name: string, help: string, read: () => number][] = [
    ['granary_lfs_collected_total', 'LFS objects that went into the trash', () => collection.totals.collected],
    ['granary_lfs_collections_failed_total', 'Collections that failed', () => collection.totals.runs.failed],
    ['granary_lfs_purged_bytes_total', 'Bytes of LFS objects that were purged', () => purge.totals.bytes],
    ['granary_lfs_uploads_broken_total', 'Basic uploads whose client went before its last byte', () => broken.total],
    ['granary_lfs_scrubbed_bytes_total', 'Bytes of LFS objects that were read again', () => scrub.totals.bytes],
  ];
  for (const [name, help, read] of counters) {
    const counter = new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        counter.reset();
        counter.inc(read());
      },
    });
  }
  const damaged = new Gauge({
    name: 'granary_lfs_damaged_objects',
    help: 'LFS objects whose bytes are lost or wrong, until they are uploaded again; granary doctor names them',
    registers: [registry],
    async collect() {
      const count = await scrub.countDamaged().catch(() => null);
      if (count !== null) damaged.set(count);
    },
  });
}
