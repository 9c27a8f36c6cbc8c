import { hasBidiControls, splitHidden, visibleName } from './visible-text';

describe('visibleName', () => {
  it('spells out what hides itself', () => {
    expect(visibleName('bidi\u202egnp.exe')).toBe('bidi⟨U+202E⟩gnp.exe');
    expect(visibleName('new\nline\u0000')).toBe('new⟨U+000A⟩line⟨U+0000⟩');
  });
  it('leaves other scripts alone', () => {
    expect(visibleName('ümlaut – سلام 中文.txt')).toBe('ümlaut – سلام 中文.txt');
  });
});

describe('splitHidden', () => {
  it('keeps the order of text and marks', () => {
    expect(splitHidden('a\u2066b\u2069')).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'hidden', label: 'U+2066' },
      { kind: 'text', text: 'b' },
      { kind: 'hidden', label: 'U+2069' },
    ]);
  });
  it('lets tabs through', () => {
    expect(splitHidden('\tindented')).toEqual([{ kind: 'text', text: '\tindented' }]);
  });
  it('has nothing to say of nothing', () => {
    expect(splitHidden('')).toEqual([]);
  });
});

describe('hasBidiControls', () => {
  it('sees a Trojan Source', () => {
    expect(hasBidiControls('"user\u202e \u2066// admin\u2069"')).toBe(true);
    expect(hasBidiControls('plain \u0007 text')).toBe(false);
  });
});
