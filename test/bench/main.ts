import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { endAll } from '../support/cleanup';
import { openProgress, runProgram } from '../support/program';
import { benchArchive } from './archive';
import { benchDurable } from './durable';
import { benchFork } from './fork';
import { benchGit } from './git';
import { SIZES, type Size } from './git/generate';
import { benchLfs } from './lfs';
import { benchPages } from './pages';
import { formatGrowth, formatTable, toJson, type Row } from './report';
import { benchS3 } from './s3';

const BENCHES = {
  git: benchGit,
  lfs: benchLfs,
  archive: benchArchive,
  pages: benchPages,
  fork: benchFork,
  durable: benchDurable,
  s3: benchS3,
};
type BenchName = keyof typeof BENCHES;
const BENCH_NAMES = Object.keys(BENCHES) as BenchName[];
/** It takes tens of GB of disk: only for those who name it. */
const UNLESS_NAMED: BenchName = 's3';
const USAGE = `Usage: npm run bench -- [${BENCH_NAMES.join('|')}]… [--sizes small,medium,large] [--runs N] [--quick] [--json FILE]

  --sizes   of git: ${Object.entries(SIZES)
    .map(([size, commits]) => `${size}: ${commits} commits`)
    .join(', ')}
  --runs    of each measurement, interleaved; 5 unless told
  --quick   a smoke run: one size, two runs, little data; its figures mean little
  --json    writes every run to FILE
`;

const WHOLE = {
  seconds: 3,
  memoryMib: 1024,
  objectMib: 1024,
  largeMib: 5120,
  overLimitMib: 6144,
  manyObjects: 1_000_000,
  treeFiles: 6_000,
};
const QUICK = {
  seconds: 1,
  memoryMib: 64,
  objectMib: 64,
  largeMib: 128,
  overLimitMib: 64,
  manyObjects: 10_000,
  treeFiles: 500,
};

interface Options extends Record<keyof typeof WHOLE, number> {
  benches: BenchName[];
  sizes: Size[];
  runs: number;
  json: string | undefined;
}

function parse(argv: string[]): Options | string {
  try {
    const { values, positionals } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        sizes: { type: 'string' },
        runs: { type: 'string' },
        quick: { type: 'boolean', default: false },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const unknown = positionals.find((name) => !Object.hasOwn(BENCHES, name));
    if (unknown !== undefined) return `there is no bench "${unknown}"`;
    if (values.help) return '';
    const sizes = (values.sizes ?? (values.quick ? 'small' : Object.keys(SIZES).join(','))).split(',');
    const strange = sizes.find((size) => !Object.hasOwn(SIZES, size));
    if (strange !== undefined) return `there is no size "${strange}"`;
    const runs = Number(values.runs ?? (values.quick ? 2 : 5));
    if (!Number.isInteger(runs) || runs < 1 || runs > 100) return '--runs takes a number from 1 to 100';
    const unnamed = BENCH_NAMES.filter((name) => name !== UNLESS_NAMED);
    const benches = positionals.length > 0 ? (positionals as BenchName[]) : unnamed;
    return { benches, sizes: sizes as Size[], runs, ...(values.quick ? QUICK : WHOLE), json: values.json };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function main(options: Options): Promise<void> {
  const say = openProgress();
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}; Node.js ${process.versions.node}`;
  const all: Row[] = [];
  for (const name of options.benches) {
    const { title, rows } = await BENCHES[name]({ ...options, say });
    const growth = formatGrowth(rows, new Map(Object.entries(SIZES)));
    process.stdout.write(`\n${title}\n${machine}\n\n${formatTable(rows)}\n${growth}`);
    all.push(...rows);
    // A hub that idles beside the next bench still takes its memory and its turns.
    await endAll();
  }
  if (options.json) {
    const document = { at: new Date().toISOString(), machine, runs: options.runs, commits: SIZES, rows: toJson(all) };
    writeFileSync(options.json, `${JSON.stringify(document, null, 2)}\n`);
  }
}

const options = parse(process.argv.slice(2));
if (typeof options === 'string') {
  process.stderr.write(`${options === '' ? '' : `bench: ${options}\n`}${USAGE}`);
  process.exit(options === '' ? 0 : 2);
}
runProgram('bench', () => main(options).then(() => 0));
