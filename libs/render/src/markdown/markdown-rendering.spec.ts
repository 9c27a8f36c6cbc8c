import { render } from '../render';

const place = { owner: 'ada', repository: 'orchard', at: { kind: 'branch', ref: 'main' } as const, path: 'README.md' };
const html = (text: string, proxyKey: string | null = null) =>
  render({ kind: 'markdown', text, place, images: { hubOrigin: 'https://hub.example', proxyKey } }).html;

describe('Markdown', () => {
  it('renders GitHub flavoured text', () => {
    const page = html('# A title\n\n~~old~~ **new** https://example.org\n\n- [x] done\n');
    expect(page).toContain('<h1 id="user-content-a-title">A title</h1>');
    expect(page).toContain('<del>old</del> <strong>new</strong>');
    expect(page).toContain('<a href="https://example.org/" rel="nofollow noopener">https://example.org</a>');
    expect(page).toMatch(/<input type="checkbox" disabled aria-label="Done" checked>/);
  });

  it('marks what would override the order of the text, in prose and in code', () => {
    const mark = '<span class="hidden-character">U+202E</span>';
    expect(html('a\u202eb')).toContain(`a${mark}b`);
    expect(html('```\na\u202eb\n```')).toContain(`a${mark}b`);
    expect(html('\u05e9\u200f! so\u00adft')).toContain('\u05e9\u200f! so\u00adft');
  });

  it('colours code', () => {
    expect(html('```ts\nconst a = 1;\n```')).toContain('<span class="hljs-keyword">const</span>');
  });

  it('aligns columns without inline styles', () => {
    const page = html('| a | b |\n|--:|:-:|\n| 1 | 2 |\n');
    expect(page).toContain('<td class="align-right">1</td>');
    expect(page).toContain('<th scope="col" class="align-center">b</th>');
    expect(page).not.toContain('style=');
  });

  it('leads footnotes there and back', () => {
    const page = html('Text[^1].\n\n[^1]: Note.');
    const target = /href="#(user-content-fn-1)"/.exec(page)?.[1];
    expect(page).toContain(`id="${target}"`);
    const back = /href="#(user-content-fnref-1)"/.exec(page)?.[1];
    expect(page).toContain(`id="${back}"`);
  });

  it('resolves relative links and images to the same ref', () => {
    const page = html('[guide](docs/guide.md#setup) ![a](img/a%20b.png) <img src="img/c.png">');
    expect(page).toContain('href="/ada/orchard/-/blob/main/docs/guide.md#user-content-setup"');
    expect(page).toContain('src="/ada/orchard/-/raw/main/img/a%20b.png"');
    expect(page).toContain('src="/ada/orchard/-/raw/main/img/c.png"');
  });
});

describe('hostile Markdown', () => {
  const HOSTILE = [
    '<script>alert(1)</script>',
    '<ScRiPt src="https://evil.example/x.js"></sCrIpT>',
    '<img src=x onerror=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java&#10;script:alert(1)">x</a>',
    '[x](javascript:alert(1))',
    '[x](  JaVaScRiPt:alert(1))',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '![x](data:image/svg+xml;base64,PHN2Zz4=)',
    '[x]: vbscript:alert(1)\n\n[x]',
    '<style>body{display:none}</style>',
    '<p style="position:fixed;inset:0">x</p>',
    '<form action="https://evil.example"><input name="password"><button>Sign in</button></form>',
    '<svg onload=alert(1)><script>alert(1)</script></svg>',
    '<math><mtext><style><img src onerror=alert(1)></style></mtext></math>',
    '<iframe src="https://evil.example"></iframe>',
    '<object data="x"></object><embed src="x">',
    '<base href="https://evil.example">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<link rel="stylesheet" href="https://evil.example/x.css">',
    '<details ontoggle=alert(1) open>x</details>',
    '<div class="fixed inset-0">x</div>',
    '<picture><source srcset="https://evil.example/x"><img src="a.png"></picture>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    '<template><script>alert(1)</script></template>',
    '<textarea></textarea><select></select><button formaction="javascript:alert(1)">x</button>',
    '<!--><img src=x onerror=alert(1)>-->',
  ];

  it.each(HOSTILE)('disarms %s', (source) => {
    const page = html(source);
    expect(page).not.toMatch(
      /<(script|style|form|svg|math|iframe|object|embed|base|meta|link|textarea|select|button|source|template)\b/i,
    );
    const attributes = page.replace(/"[^"]*"/g, '""');
    expect(attributes).not.toMatch(/<[^>]*\s(on\w+|style|srcset|formaction|action)\s*=/i);
    expect(page).not.toMatch(/(href|src)="\s*(javascript|data|vbscript):/i);
    expect(page).not.toMatch(/class="[^"]*(fixed|inset)/);
  });

  it('prefixes ids, so that no name of the page is shadowed', () => {
    const page = html('<h2 id="content">x</h2><a name="location" id="cookie">y</a>');
    expect(page).not.toMatch(/(id|name)="(content|location|cookie)"/);
  });
});

it('shows images of the hub itself as what they are', () => {
  const page = html('![x](https://hub.example/ada/orchard/-/raw/main/a%20b.png?x=1)');
  expect(page).toContain('src="/ada/orchard/-/raw/main/a%20b.png?x=1"');
});

describe('images of other hosts', () => {
  const FOREIGN = ['![logo](https://evil.example/a.png)', '<img src="//evil.example/a.png" alt="logo">'];

  it.each(FOREIGN)('come through the hub: %s', (source) => {
    const page = html(source, 'key');
    expect(page).toMatch(/<img [^>]*src="\/-\/image\/[\w-]{43}\/[\w-]+"/);
    expect(page).not.toContain('evil.example');
  });

  it('are links where they would come unencrypted', () => {
    expect(html('![logo](http://evil.example/a.png)', 'key')).toContain('<a href="http://evil.example/a.png"');
  });

  it.each(FOREIGN)('are links where they may not: %s', (source) => {
    const page = html(source);
    expect(page).not.toContain('<img');
    expect(page).toContain('<a href="https://evil.example/a.png" rel="nofollow noopener">logo</a>');
  });
});
