const BY_NAME: Record<string, string> = {
  dockerfile: 'dockerfile',
  containerfile: 'dockerfile',
  makefile: 'makefile',
  gnumakefile: 'makefile',
  'cmakelists.txt': 'cmake',
  jenkinsfile: 'groovy',
  gemfile: 'ruby',
  rakefile: 'ruby',
  vagrantfile: 'ruby',
  brewfile: 'ruby',
  'go.mod': 'go',
  '.bashrc': 'bash',
  '.profile': 'bash',
  '.zshrc': 'bash',
  '.gitconfig': 'ini',
  '.gitmodules': 'ini',
  '.editorconfig': 'ini',
  '.npmrc': 'ini',
  '.swcrc': 'json',
  '.babelrc': 'json',
  '.eslintrc': 'json',
};

/** Endings that highlight.js does not know as aliases. */
const BY_ENDING: Record<string, string> = {
  mts: 'typescript',
  cts: 'typescript',
  json5: 'json',
  jsonc: 'json',
  jsonl: 'json',
  webmanifest: 'json',
  geojson: 'json',
  ipynb: 'json',
  tf: 'ruby',
  vue: 'xml',
  svelte: 'xml',
  csproj: 'xml',
  props: 'xml',
  gradle: 'gradle',
  pyi: 'python',
  pyw: 'python',
  bzl: 'python',
  ex: 'elixir',
  exs: 'elixir',
  cfg: 'ini',
  conf: 'ini',
  service: 'ini',
  mdx: 'markdown',
  ps1: 'powershell',
  psm1: 'powershell',
  zsh: 'bash',
  bats: 'bash',
  hh: 'cpp',
  ipp: 'cpp',
  cu: 'cpp',
  glsl: 'glsl',
  frag: 'glsl',
  vert: 'glsl',
  rs: 'rust',
  kts: 'kotlin',
};

const PLAIN = new Set(['txt', 'text', 'log', 'csv', 'tsv', 'lock']);

/**
 * The highlight.js language of a file by its name, or null for plain text.
 *
 * @param isKnown whether highlight.js has a language or alias of a name.
 */
export function languageOf(path: string, isKnown: (name: string) => boolean): string | null {
  const name = (path.split('/').at(-1) ?? '').toLowerCase();
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 ? name.slice(dot + 1) : '';
  // `Dockerfile.test` is a Dockerfile; `makefile.txt` is a text about one.
  const stem = PLAIN.has(ending) ? name : name.split('.')[0];
  const language = BY_NAME[name] ?? BY_NAME[stem ?? ''] ?? BY_ENDING[ending] ?? ending;
  return PLAIN.has(language) || !isKnown(language) ? null : language;
}
