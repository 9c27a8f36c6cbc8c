import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import reactHooks from 'eslint-plugin-react-hooks';
import ts from 'typescript-eslint';

const floor = (n) => `floor:${n}`;
const below = (n) => Array.from({ length: n }, (_, i) => floor(i));
const FRAMEWORKS = ['@nestjs/*', 'typeorm', '@nestjs/typeorm'];

/** Downward only, never sideways: docs/ARCHITECTURE.md, "Who may import whom". */
const walls = [
  { sourceTag: floor(0), onlyDependOnLibsWithTags: [], bannedExternalImports: FRAMEWORKS },
  { sourceTag: floor(1), onlyDependOnLibsWithTags: below(1), bannedExternalImports: FRAMEWORKS },
  { sourceTag: floor(2), onlyDependOnLibsWithTags: below(2), bannedExternalImports: FRAMEWORKS },
  { sourceTag: floor(3), onlyDependOnLibsWithTags: below(3) },
  { sourceTag: floor(4), onlyDependOnLibsWithTags: below(4) },
  { sourceTag: floor(5), onlyDependOnLibsWithTags: below(5) },
  { sourceTag: 'room:web', onlyDependOnLibsWithTags: ['room:api-contract'] },
];

export default ts.config(
  {
    ignores: [
      'dist',
      'dist.new',
      '.nx',
      '**/.next',
      '**/next-env.d.ts',
      '**/*.config.*',
      'jest.preset.js',
      'data',
      '.cache',
      'coverage',
    ],
  },
  js.configs.recommended,
  ...ts.configs.recommended,
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
  {
    files: ['apps/**/*.{ts,tsx}', 'libs/**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { allow: [], depConstraints: walls, banTransitiveDependencies: false },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Config is parsed once per app, in its config.ts.' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.spec.ts', 'apps/*/src/config.ts', 'apps/web/lib/config.ts', 'apps/api/src/pages/page-environment.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  { files: ['apps/web/**/*.tsx'], plugins: { 'react-hooks': reactHooks }, rules: reactHooks.configs.recommended.rules },
);
