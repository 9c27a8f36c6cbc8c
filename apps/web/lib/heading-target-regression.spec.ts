import { headingTarget } from './heading-target';

const IDS = [
  'L1',
  'user-content-install',
  'user-content-warum-benötigt-die-app',
  'user-content-цель',
  'user-content-a--b',
];

it.each([
  ['#install', 'user-content-install'],
  ['#user-content-install', 'user-content-install'],
  ['#Install', 'user-content-install'],
  ['#markdown-header-install', 'user-content-install'],
  ['#warum-benötigt-die-app', 'user-content-warum-benötigt-die-app'],
  ['#warum-beno\u0308tigt-die-app', 'user-content-warum-benötigt-die-app'],
  ['#warum-ben%C3%B6tigt-die-app', 'user-content-warum-benötigt-die-app'],
  ['#%D1%86%D0%B5%D0%BB%D1%8C', 'user-content-цель'],
  ['#a-b', 'user-content-a--b'],
])('finds the heading that %s means', (hash, id) => {
  expect(headingTarget(hash, IDS)).toBe(id);
});

it.each(['', '#', '#nothing', '#L1', '#%', '#%ZZ', '#--', '#user-content-'])('finds none for %j', (hash) => {
  expect(headingTarget(hash, IDS)).toBeNull();
});
