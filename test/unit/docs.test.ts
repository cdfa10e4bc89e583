import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadConfig } from '../../config/env';

const ROOT = resolve(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const filesOf = (folder: string, ending: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

const documents = [...readdirSync(ROOT).filter((name) => name.endsWith('.md')), ...filesOf('docs', '.md')];

/** The variables that docker-compose.yml gives to API and worker, with the defaults it names; `undefined`: handed on where they are set. */
function composeEnvironment(): Record<string, string | undefined> {
  const [, block = ''] = /environment: &environment\n((?: {4}.*\n)+)/.exec(read('docker-compose.yml')) ?? [];
  const entries = [...block.matchAll(/^ {4}(\w+):(?: (.*))?$/gm)].map(([, name = '', value]) => [
    name,
    value?.replace(/\$\{\w+:-([^}]*)\}/g, '$1'),
  ]);
  return Object.fromEntries(entries) as Record<string, string | undefined>;
}

describe('documents', () => {
  it.each(documents)('%s: every relative link leads to a file', (document) => {
    const links = [...read(document).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target = '']) => target);
    const missing = links
      .filter((target) => !/^\w+:/.test(target))
      .filter((target) => !existsSync(join(ROOT, dirname(document), target)));
    expect(missing).toEqual([]);
  });

  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = documents.flatMap((document) => [...read(document).matchAll(/npm run ([\w:-]+)/g)]);
    expect(named.length).toBeGreaterThan(5);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named.map(([, script]) => script)));
  });

  it('operations.md explains exactly the metrics of ours that exist', () => {
    const metricsIn = (text: string): string[] => [...new Set(text.match(/luminate_[a-z_]+/g))].sort();
    const sources = ['api', 'activities', 'workers', 'rules'].flatMap((room) => filesOf(room, 'metrics.ts')).map(read);
    expect(metricsIn(read('docs/operations.md'))).toEqual(metricsIn(sources.join('\n')));
  });
});

describe('dashboard and alerts', () => {
  const SUFFIXES = /_(bucket|count|sum)$/;
  const sources = ['api', 'activities', 'workers', 'rules'].flatMap((room) => filesOf(room, 'metrics.ts')).map(read);
  const known = new Set(sources.join('\n').match(/luminate_[a-z_]+/g));
  const alerts = read('deploy/prometheus/alerts.yml');
  const dashboard = JSON.parse(read('deploy/grafana/luminate.json')) as {
    panels: { title: string; description?: string; targets?: { expr: string }[] }[];
  };
  const charts = dashboard.panels.flatMap(({ targets, ...panel }) => (targets ? [{ ...panel, targets }] : []));

  it('use only metrics that exist', () => {
    const used = [alerts, ...charts.flatMap(({ targets }) => targets.map(({ expr }) => expr))]
      .flatMap((text) => text.match(/luminate_[a-z_]+/g) ?? [])
      .map((name) => (known.has(name) ? name : name.replace(SUFFIXES, '')));
    expect(used.length).toBeGreaterThan(40);
    expect([...new Set(used)].filter((name) => !known.has(name))).toEqual([]);
  });

  it('say of every chart what it shows, and of every alert what it means and where to read on', () => {
    expect(charts.filter(({ description }) => !description)).toEqual([]);
    const rules = alerts.split('- alert: ').slice(1);
    const operations = read('docs/operations.md');
    expect(rules.length).toBeGreaterThan(10);
    for (const rule of rules) {
      const [, name = ''] = /^(\w+)/.exec(rule) ?? [];
      expect(rule).toMatch(/severity: (page|ticket)/);
      expect(rule).toContain(`runbook: docs/operations.md#${name.toLowerCase()}`);
      expect(operations).toContain(`<a id="${name.toLowerCase()}"></a>${name}`);
    }
  });
});

describe('docker-compose.yml', () => {
  it('gives or hands on every variable that the configuration knows, with values that it accepts', () => {
    const environment = composeEnvironment();
    const known = [...read('config/env.ts').matchAll(/^ {2}([A-Z0-9_]+):/gm)].map(([, name = '']) => name);
    expect(Object.keys(environment).sort()).toEqual(known.sort());
    expect(loadConfig(environment)).toMatchObject({ HOST: '0.0.0.0', DATABASE_URL: environment['DATABASE_URL'] });
  });

  it('has for Temporal the search attributes that are set on workflows', () => {
    const used = [...read('workflows/messages.ts').matchAll(/'(Luminate\w+)', SearchAttributeType\.(\w+)/g)];
    const made = [...read('deploy/temporal/set-up-namespace.sh').matchAll(/--name (\w+) --type (\w+)/g)];
    expect(used.length).toBeGreaterThan(0);
    expect(made.map(([, name, type]) => [name, type?.toUpperCase()])).toEqual(
      used.map(([, name, type]) => [name, type]),
    );
  });
});
