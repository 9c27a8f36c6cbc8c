import { KIB, MIB } from '@granary/kernel';
import { DEFAULT_PUSH_RULES } from '../../protection';
import { Inspection } from './inspection';
import { inspect, type Case } from './testing/inspected';
import { MemoryObjects } from './testing/memory-objects';

const OID = 'ab'.repeat(32);
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${OID}\nsize 5\n`;
const TOKEN = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`;

describe('secrets', () => {
  const found = async (given: Case) => (await inspect(given)).inspection.secrets.samples();
  const rules = { secret_scanning: 'block' } as const;
  const said = (path: string) => [expect.stringMatching(new RegExp(`^${path}, line 2: `))];

  it('are found in small files and in long ones', async () => {
    const content = `# a file\n${TOKEN}\n`;
    expect(await found({ rules, files: [['small', content]] })).toEqual(said('small'));
    expect(await found({ rules, files: [['long', content.padEnd(5 * KIB, 'x ')]] })).toEqual(said('long'));
  });

  it('are not looked for where nobody wants it', async () => {
    const content = `# a file\n${TOKEN}\n`;
    const off = { secret_scanning: 'off' } as const;
    expect(await found({ rules: off, files: [['small', content]] })).toEqual([]);
    const long = await inspect({ rules: off, files: [['long', content.padEnd(5 * KIB, 'x ')]] });
    expect(long.inspection.secrets.count).toBe(0);
    expect(long.objects.read).toEqual([]);
  });

  it('are looked for once in each content, and not in what the repository had', async () => {
    const content = `# a file\n${TOKEN}\n`;
    const files: Case['files'] = [
      ['one', content],
      ['two', content],
    ];
    expect(await found({ rules, files })).toEqual(said('one'));
    const must = { ...rules, lfs_required_patterns: ['*'] };
    expect(await found({ rules: must, old: files })).toEqual([]);
  });

  it('are looked for in every content, wherever it stands in the index', async () => {
    const files = Array.from({ length: 6 }, (_, at): [string, string] => [`f${at}`, `# ${at}\n${TOKEN}\n`]);
    expect(await found({ rules, files })).toHaveLength(6);
  });

  it('are looked for in files of 1 MiB, and not in longer ones', async () => {
    const padded = (sizeBytes: number) => `# a file\n${TOKEN}\n`.padEnd(sizeBytes, 'x ');
    expect(await found({ rules, files: [['whole', padded(MIB)]] })).toEqual(said('whole'));
    expect(await found({ rules, files: [['longer', padded(MIB + 1)]] })).toEqual([]);
  });

  it('are looked for in 256 MiB of a push; beyond, it says that not all was read', async () => {
    const readOf = async (sizes: number[]) => {
      const objects = new MemoryObjects();
      const oids = sizes.map((sizeBytes, at) => objects.put('blob', `file ${at}`, sizeBytes));
      const inspection = new Inspection({ ...DEFAULT_PUSH_RULES, ...rules }, objects.reader(oids), new Map());
      for (const oid of oids) await inspection.change({ path: oid, mode: 0o100644, oid }, 'root');
      await inspection.settle();
      return { files: objects.read.length, isPartly: inspection.isPartlyScanned };
    };
    const most = Array.from({ length: 256 }, () => MIB);
    expect(await readOf(most)).toEqual({ files: 256, isPartly: false });
    expect(await readOf([...most, 2 * KIB])).toEqual({ files: 256, isPartly: true });
  });

  it('are no part of a pointer', async () => {
    const pointer = POINTER.replace('oid', `ext-0-${TOKEN.replaceAll('_', '')} sha256:${OID}\noid`);
    expect(await found({ rules, files: [['a.bin', pointer]] })).toEqual([]);
  });
});
