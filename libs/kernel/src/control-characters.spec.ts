import { hasAsciiControls, hasControls, replaceHidden, visible, withoutAsciiControls } from './control-characters';

it('shows no control character of a name, and leaves the rest as it is', () => {
  expect(visible('a\u001b[31m\u0007b\r\n\u0000')).toBe('a\ufffd[31m\ufffdb\ufffd\ufffd\ufffd');
  expect(visible('\u007f\u0080\u009f')).toBe('\ufffd\ufffd\ufffd');
  expect(visible('exe\u202efdp.txt \u2066x\u2069 \u200e\u200f')).toBe('exe\ufffdfdp.txt \ufffdx\ufffd \ufffd\ufffd');
  expect(visible('a\u061cb\u2028c\u2029')).toBe('a\ufffdb\ufffdc\ufffd');
  for (const plain of ['plain name.txt', '~ \u00a0äß中文', 'a\u200bb', '']) expect(visible(plain)).toBe(plain);
});

it('knows the controls of ASCII from those of Latin-1, and both from text, again and again', () => {
  for (const control of ['\u0000', '\t', '\n', '\u001f', '\u007f'])
    for (let round = 0; round < 2; round++) {
      expect([hasAsciiControls(`some ${control}`), hasControls(`some ${control}`)]).toEqual([true, true]);
      expect(withoutAsciiControls(`${control}a${control}b`)).toBe('ab');
    }
  for (const control of ['\u0080', '\u009f'])
    expect([hasAsciiControls(control), hasControls(control)]).toEqual([false, true]);
  for (const plain of ['', ' ~', '\u00a0ä中', '\u2028\u202e'])
    expect([hasAsciiControls(plain), hasControls(plain)]).toEqual([false, false]);
});

it('puts what it is told in the place of what hides', () => {
  expect(replaceHidden('a\nb\u202ec\u2029', '_')).toBe('a_b_c_');
});
