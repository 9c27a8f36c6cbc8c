import type { LaunchCounts, PackCache, RefAdvertiser } from '@granary/git-process';
import { Counter, Gauge, type Registry } from 'prom-client';
import { mirror } from './counter-mirror';

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

export function measurePrograms(registry: Registry, counts: Readonly<LaunchCounts>): void {
  const about = { name: 'granary_programs_total', help: 'Programs (git and the like) by outcome', label: 'result' };
  mirror(registry, about, () => ({ started: counts.started, failed: counts.failed }));
  new Gauge({
    name: 'granary_programs_running',
    help: 'Programs (git and the like) that have not exited yet',
    registers: [registry],
    collect() {
      this.set(counts.running);
    },
  });
  new Counter({
    name: 'granary_fork_servers_total',
    help: 'How often the fork server was started; more than once when it was killed',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(counts.forkServers);
    },
  });
}
