import { cutBehind, hasBidiControls, hasBidiOverrides, splitHidden, visibleName } from './visible-text';

describe('visibleName', () => {
  it('spells out what hides itself', () => {
    expect(visibleName('bidi\u202egnp.exe')).toBe('bidi⟨U+202E⟩gnp.exe');
    expect(visibleName('new\nline\u0000')).toBe('new⟨U+000A⟩line⟨U+0000⟩');
  });
  it('shows of a very long name the beginning and the end, and only whole characters', () => {
    const name = visibleName(`${'😀'.repeat(10_000)}.txt`);
    expect([...name]).toHaveLength(1_001);
    expect(name).toMatch(/^😀+…😀+\.txt$/u);
    expect(visibleName('x'.repeat(1_000))).toBe('x'.repeat(1_000));
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
    expect(hasBidiControls('arabic \u061c mark')).toBe(true);
    expect(hasBidiControls('plain \u0007 text')).toBe(false);
  });
  it('lets prose have the marks that its language needs', () => {
    expect(hasBidiOverrides('\u05e9\u200f!')).toBe(false);
    expect(hasBidiOverrides('\u202e')).toBe(true);
  });
});

describe('cutBehind', () => {
  it('cuts between characters', () => {
    expect(cutBehind('😀😀😀', 2)).toBe('😀😀…');
    expect(cutBehind('😀😀', 2)).toBe('😀😀');
  });
});
