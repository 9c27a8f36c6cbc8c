import { visible } from './text';

it('shows no control character of a name, and leaves the rest as it is', () => {
  expect(visible('a\u001b[31m\u0007b\r\n\u0000')).toBe('a\ufffd[31m\ufffdb\ufffd\ufffd\ufffd');
  expect(visible('\u007f\u0080\u009f')).toBe('\ufffd\ufffd\ufffd');
  expect(visible('exe\u202efdp.txt \u2066x\u2069 \u200e\u200f')).toBe('exe\ufffdfdp.txt \ufffdx\ufffd \ufffd\ufffd');
  expect(visible('a\u061cb\u2028c\u2029')).toBe('a\ufffdb\ufffdc\ufffd');
  for (const plain of ['plain name.txt', '~ \u00a0äß中文', 'a\u200bb', '']) expect(visible(plain)).toBe(plain);
});
