/** What the tests use from Debian, and what for. */
export const DEBIAN_PACKAGES = {
  'git-lfs': 'the real LFS client, which the end-to-end tests push and pull with',
  'openssh-client': 'ssh and ssh-keygen, for Git over SSH',
  jq: 'a command of docs/signatures.md uses it',
  gnupg: 'makes the GPG keys and signatures that the hub has to judge',
  'openssh-server': 'a real sshd, to stand in front of the hub',
  'python3-pygit2': 'libgit2, a Git client of another make',
  'python3-dulwich': 'dulwich, a Git client of another make',
  'jgit-cli': 'JGit, a Git client of another make',
  'default-jre-headless': 'runs JGit',
  pgbouncer: 'a pooler between the hub and Postgres, in the modes that work and that do not',
  'redis-server': 'the queue tests run on Redis as well as on Postgres',
  'swift-proxy': 'an S3 service for the object store and LFS tests (with the three below)',
  'swift-account': 'see swift-proxy',
  'swift-container': 'see swift-proxy',
  'swift-object': 'see swift-proxy',
  python3: 'runs the S3 service; its zipfile and tarfile modules read our archives',
  unzip: 'reads our zip archives',
  'libarchive-tools': 'bsdtar reads our tar and zip archives',
  bzip2: 'for tar.bz2 archives',
  'xz-utils': 'for tar.xz archives',
  nginx: 'the first proxy of docs/reverse-proxy.md',
  caddy: 'the second proxy of docs/reverse-proxy.md',
  curl: 'an HTTP client that is not our own',
  openssl: 'certificates for the tests of outbound TLS',
  strace: 'records what is on the disk when the hub answers',
  procps: 'ps, to see that nothing is left running',
  chromium: 'the browser of the browser tests',
  'fonts-liberation': 'letters for the browser to draw',
};

/** The peers that the benchmarks set up beside the hub, and what they measure with. */
export const BENCH_PACKAGES = {
  nginx: 'serves git http-backend, the peer over HTTP',
  fcgiwrap: 'runs git http-backend and cgit behind nginx',
  cgit: 'the peer of archives',
  'git-lfs': 'the stock LFS client, whose transfers the memory is measured with',
  openssl: 'hashes what nginx has stored, as a hub must',
  'openssh-server': 'the peer over SSH',
  'openssh-client': 'ssh and ssh-keygen, for clones over SSH',
  curl: 'replays requests and throws the answers away',
  eatmydata: 'makes a hub that waits for no disk, for the price of doing so',
  'swift-proxy': 'the S3 service of the bench s3 (with the three below)',
  'swift-account': 'see swift-proxy',
  'swift-container': 'see swift-proxy',
  'swift-object': 'see swift-proxy',
};

/** What the suites of other programs are built and run with. */
export const SUITE_PACKAGES = {
  git: {
    git: 'the git whose tests are run',
    'dpkg-dev': 'unpacks the source of git, which the tests are part of',
    gcc: 'builds the helper programs of the tests',
    'libc6-dev': 'see gcc',
    make: 'see gcc',
    'zlib1g-dev': 'see gcc',
    'libio-pty-perl': 'a terminal for the tests of progress',
    gnupg: 'signs the pushes of the tests',
  },
};
