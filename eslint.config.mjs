import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * Who may import whom (docs/adr/0001-rooms.md). `values` rooms may be imported freely, `types` rooms with
 * `import type` only. A room not listed here is a composition root (workers, scripts, bench, test) and may import everything.
 */
const rooms = {
  domain: {},
  config: { values: ['domain'] },
  db: { values: ['domain'] },
  channels: { values: ['domain'] },
  templates: { values: ['domain'] },
  redis: { values: ['domain'] },
  limits: { values: ['domain', 'redis'] },
  rules: { values: ['domain', 'redis'], types: ['db', 'config'] },
  trace: { values: ['domain', 'redis'] },
  storage: { values: ['domain'] },
  audiences: { values: ['domain', 'storage'], types: ['db'] },
  sandbox: {},
  client: {},
  cli: { values: ['domain', 'client'] },
  workflows: { values: ['domain'], types: ['activities'] },
  activities: {
    values: ['domain'],
    types: [
      'db',
      'channels',
      'limits',
      'rules',
      'templates',
      'trace',
      'temporal',
      'config',
      'workflows',
      'storage',
      'audiences',
    ],
  },
  temporal: { values: ['domain'], types: ['workflows', 'config'] },
  api: {
    values: ['domain'],
    types: ['temporal', 'db', 'config', 'templates', 'channels', 'trace', 'limits', 'rules', 'storage', 'audiences'],
  },
  workers: {
    values: [
      'domain',
      'config',
      'db',
      'redis',
      'rules',
      'channels',
      'templates',
      'limits',
      'trace',
      'temporal',
      'activities',
      'storage',
      'audiences',
    ],
  },
};
const closedToAll = ['scripts', 'bench', 'test'];
/** As a folder, it would be what client/package.json names: the package that was built last, if there is one. */
const clientAsFolder = { regex: '^(\\.\\./)+client$', message: 'Import client/index.' };
const path = (names) => `^(\\.\\./)+(?!workflows/messages$)(${names.join('|')})(/|$)`;

const roomRules = Object.entries(rooms).map(([room, { values = [], types = [] }]) => {
  const shut = [...Object.keys(rooms), ...closedToAll].filter((r) => ![room, ...values, ...types].includes(r));
  const patterns = [
    clientAsFolder,
    { regex: path(shut), message: `${room}/ may not import this room (docs/adr/0001-rooms.md).` },
  ];
  if (types.length) {
    patterns.push({
      regex: path(types),
      allowTypeImports: true,
      message: `${room}/ may import only types from this room (docs/adr/0001-rooms.md).`,
    });
  }
  if (room === 'workflows' || room === 'domain') {
    patterns.push({
      regex: '^(node:|fs$|path$|crypto$|os$|http|net$)',
      message: `${room}/ is loaded into the workflow sandbox: no Node modules.`,
    });
  }
  return {
    files: [`${room}/**/*.ts`],
    ignores: ['api/main.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
});

export default tseslint.config(
  { ignores: ['dist/', 'client/dist/', 'client/generated/', '.luminate/', 'node_modules/', 'coverage/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked.map((c) => ({ ...c, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Our objects come from factories: their methods do not use `this`.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: [clientAsFolder] }],
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  ...roomRules,
  {
    files: ['**/*.ts'],
    ignores: ['config/**', 'cli/**', 'scripts/**', 'bench/**', 'test/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'config/env.ts is the only reader of the environment.' },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        require: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        __dirname: 'readonly',
        fetch: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
);
