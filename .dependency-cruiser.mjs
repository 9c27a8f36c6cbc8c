import folders from './tools/lib/forge-folders.cjs';

const { ORDER } = folders;

/** The product as a whole, for specs: it composes, as the files at forge's root do. */
const TESTING = 'testing';

const path = (folders) => `^libs/forge/src/(${folders.join('|')})/`;

const walls = ORDER.slice(0, -1).map((folders, i) => ({
  name: `forge-${folders.length === 1 ? folders[0] : 'features'}-imports-downward`,
  comment: `${folders.join(', ')} may import ${ORDER.slice(0, i).flat().join(', ') || 'no other folder'} (docs/ARCHITECTURE.md).`,
  severity: 'error',
  from: { path: path(folders) },
  to: { path: path(ORDER.slice(i + 1).flat()) },
}));

const features = ORDER.filter((folders) => folders.length > 1).flatMap((folders) =>
  folders.map((folder) => ({
    name: `forge-${folder}-meets-its-neighbours-through-events`,
    severity: 'error',
    from: { path: path([folder]) },
    to: { path: path(folders.filter((other) => other !== folder)) },
  })),
);

export default {
  forbidden: [
    ...walls,
    ...features,
    {
      name: 'forge-folders-are-known',
      comment: 'A new folder takes its place in tools/lib/forge-folders.cjs and in docs/ARCHITECTURE.md.',
      severity: 'error',
      from: { path: '^libs/forge/src/[^/]+/', pathNot: path([...ORDER.flat(), TESTING]) },
      to: {},
    },
    {
      name: 'forge-folders-do-not-import-the-face',
      comment: 'index.ts is for other rooms; through it every folder would reach every other.',
      severity: 'error',
      from: { path: '^libs/forge/src/[^/]+/' },
      to: { path: '^libs/forge/src/index\\.ts$' },
    },
    {
      name: 'forge-testing-is-for-specs',
      severity: 'error',
      from: { path: '^libs/forge/src/', pathNot: '/testing/' },
      to: { path: path([TESTING]) },
    },
    {
      name: 'testing-entries-are-for-specs',
      comment: 'What they hand out, git with any arguments among it, is what the face of a library keeps to itself.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '/testing/' },
      // By its alias it is a name to dependency-cruiser, which follows no pattern with a star in its middle.
      to: { path: ['^libs/[^/]+/src/testing/', '^@granary/[^/]+/testing$'] },
    },
    {
      name: 'git-is-spoken-in-its-library',
      comment:
        'Its face takes and gives plain data: what runs git with an argument vector stays inside, so that none stands ' +
        'elsewhere (docs/ARCHITECTURE.md, "What git is asked").',
      severity: 'error',
      from: { path: '^libs/git-process/src/index\\.ts$' },
      to: { path: '^libs/git-process/src/process/', pathNot: '/(git-failed|git-trouble)\\.ts$' },
    },
    {
      name: 'programs-are-started-by-drivers',
      comment:
        'So git, too, is started by its library alone. The agent of git-lfs runs on the machine of a client, whose own git ' +
        'it configures, and listener-copies starts copies of the hub itself.',
      severity: 'error',
      from: {
        path: '^(apps|libs/(forge|runtime))/',
        pathNot: [
          '/testing/',
          '^apps/lfs-agent/',
          '^apps/admin-cli/src/commands/lfs-agent\\.ts$',
          '^apps/api/src/flow/listener-copies\\.ts$',
        ],
      },
      to: { path: '^(node:)?child_process$' },
    },
    {
      name: 'the-thread-of-the-pages-loads-no-product',
      comment: 'It would load database, queue and store a second time: a second at each start, and their memory.',
      severity: 'error',
      from: { path: '^apps/api/src/pages/page-program\\.ts$' },
      to: { path: '^libs/(forge|runtime|object-store|job-queue|git-process)/', reachable: true },
    },
    {
      name: 'a-start-installs-no-test-tools',
      comment: '`npm start` leaves devDependencies out: what a hub is built from or runs with is in dependencies.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['/testing/', '/conformance/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      comment: "Two files that name each other's types are no cycle at run time.",
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    // An `import type` is a dependency too.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
  },
};
