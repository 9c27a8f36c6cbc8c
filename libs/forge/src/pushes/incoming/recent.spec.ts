import { Recent } from './recent';

it('keeps what is used, forgets what is not, and stays within its bound', () => {
  const recent = new Recent<number>(100);
  recent.set('used', -1);
  recent.set('unused', -2);
  for (let n = 0; n < 1000; n++) {
    recent.set(`k${n}`, n);
    expect(recent.get('used')).toBe(-1);
  }
  expect(recent.get('unused')).toBeUndefined();
  const kept = Array.from({ length: 1000 }, (_, n) => recent.get(`k${n}`)).filter((value) => value !== undefined);
  expect(kept.length).toBeGreaterThan(40);
  expect(kept.length).toBeLessThanOrEqual(100);
});

it('counts weights', () => {
  const recent = new Recent<string>(10);
  for (const key of ['a', 'b', 'c', 'd']) recent.set(key, key, 4);
  expect(recent.get('a')).toBeUndefined();
  expect(recent.get('d')).toBe('d');
});
