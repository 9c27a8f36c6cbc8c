import { hostOf, TargetPolicy, type OutboundRules } from './target-policy';

const policy = (rules: Partial<OutboundRules> = {}) =>
  new TargetPolicy({ allowHttp: false, allowedHosts: [], ...rules });
const refusal = (text: string, rules?: Partial<OutboundRules>) => {
  try {
    policy(rules).parse(text);
    return null;
  } catch (error) {
    expect(error).toMatchObject({ fault: 'blocked' });
    return (error as Error).message;
  }
};

describe('a target', () => {
  it('may be a public host by https, by name or by address', () => {
    expect(policy().parse('https://hook.example/a?b').href).toBe('https://hook.example/a?b');
    expect(policy().parse('https://93.184.216.34/').host).toBe('93.184.216.34');
    expect(policy().parse('https://[2606:2800:220:1::1]:8443/').port).toBe('8443');
  });

  it('must be https, unless all of http or its host is allowed', () => {
    expect(refusal('http://hook.example/')).toBe('the URL must begin with https://');
    expect(refusal('http://hook.example/', { allowHttp: true })).toBeNull();
    expect(refusal('http://hook.example/', { allowedHosts: ['hook.example'] })).toBeNull();
  });

  it('has no user name and no password, not even one of them', () => {
    const message = 'the URL must not hold a user name or a password';
    expect(refusal('https://ada:secret@hook.example/')).toBe(message);
    expect(refusal('https://ada@hook.example/')).toBe(message);
    expect(refusal('https://:secret@hook.example/')).toBe(message);
  });

  it('has at most 2,048 characters', () => {
    const url = 'https://hook.example/';
    expect(refusal(url.padEnd(2048, 'a'))).toBeNull();
    expect(refusal(url.padEnd(2049, 'a'))).toContain('longer than 2048');
  });

  it('is a URL of http or https', () => {
    for (const text of ['', 'hook.example', '//hook.example/', 'https://'])
      expect(refusal(text)).toBe('this is not a URL');
    for (const text of ['ftp://hook.example/', 'file:///etc/passwd', 'toString://hook.example/'])
      expect(refusal(text, { allowHttp: true })).toBe('the URL must begin with https:// or http://');
  });

  it('with a private address says who can allow it', () => {
    const message = 'the host is not on the public internet. An administrator can allow it by name.';
    expect(refusal('https://10.0.0.1/')).toBe(message);
    expect(refusal('https://[::1]/')).toBe(message);
    expect(refusal('https://10.0.0.1/', { allowedHosts: ['10.0.0.1'] })).toBeNull();
    expect(refusal('https://[::1]:8443/', { allowedHosts: ['[::1]:8443'] })).toBeNull();
  });
});

it('vouches for the port that a URL has without saying so', () => {
  const vouches = (url: string, host: string) => policy({ allowedHosts: [host] }).vouchesFor(new URL(url));
  expect(vouches('https://hook.example/', 'hook.example:443')).toBe(true);
  expect(vouches('http://hook.example/', 'hook.example:80')).toBe(true);
  expect(vouches('http://hook.example/', 'hook.example:443')).toBe(false);
  expect(vouches('https://hook.example:8443/', 'hook.example:443')).toBe(false);
});

it('requires every address of a name to be public, and one at least', () => {
  expect(() => policy().requirePublic(['93.184.216.34', '2606:2800:220:1::1'])).not.toThrow();
  expect(() => policy().requirePublic(['93.184.216.34', '10.0.0.1'])).toThrow('public internet');
  expect(() => policy().requirePublic([])).toThrow('public internet');
});

it('names an IPv6 host without its brackets', () => {
  expect(hostOf(new URL('https://[::1]:8443/'))).toBe('::1');
  expect(hostOf(new URL('https://hook.example/'))).toBe('hook.example');
});
