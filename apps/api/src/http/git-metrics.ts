import type { PackCache, RefAdvertiser } from '@granary/git-process';
import { Counter, Gauge, type Registry } from 'prom-client';

/** A counter that shows numbers which are counted elsewhere. */
function mirror(
  registry: Registry,
  about: { name: string; help: string; label: string },
  read: () => Record<string, number>,
): void {
  const counter = new Counter({
    name: about.name,
    help: about.help,
    labelNames: [about.label],
    registers: [registry],
    collect() {
      counter.reset();
      for (const [value, count] of Object.entries(read())) counter.inc({ [about.label]: value }, count);
    },
  });
}

export function measurePacks(registry: Registry, packs: PackCache): void {
  const about = {
    name: 'granary_pack_cache_requests_total',
    help: 'Packs of clones and fetches: taken from the cache, joined while under way, or computed',
    label: 'result',
  };
  mirror(registry, about, () => {
    const { hits, joins, misses } = packs.stats();
    return { hit: hits, joined: joins, miss: misses };
  });
  new Gauge({
    name: 'granary_pack_cache_bytes',
    help: 'What the cached packs take on the disk',
    registers: [registry],
    collect() {
      this.set(packs.stats().sizeBytes);
    },
  });
}

export function measureRefs(registry: Registry, advertiser: RefAdvertiser): void {
  const about = {
    name: 'granary_ref_snapshot_requests_total',
    help: 'Questions about refs: answered from a snapshot, or by asking git',
    label: 'result',
  };
  mirror(registry, about, () => ({ hit: advertiser.counts.hits, miss: advertiser.counts.reads }));
}
