/** Packages that come as ES modules only: Jest's `require` cannot load those, Node's can. */
const esmOnly = '(openid-client|oauth4webapi|jose)';

/** Layers: unit needs nothing; workflow, replay, integration and e2e need the services that `npm test` starts. */
const base = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
    [`/node_modules/${esmOnly}/.+\\.js$`]: [
      '@swc/jest',
      { jsc: { parser: { syntax: 'ecmascript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!${esmOnly}/)`],
  moduleFileExtensions: ['ts', 'js', 'cjs', 'mjs', 'json'],
};
const layer = (name) => ({ ...base, displayName: name, testMatch: [`<rootDir>/test/${name}/**/*.test.ts`] });

module.exports = {
  projects: ['unit', 'workflow', 'replay', 'integration', 'e2e'].map(layer),
  reporters: ['default', '<rootDir>/test/support/summary-reporter.cjs'],
  testTimeout: 60_000,
};
