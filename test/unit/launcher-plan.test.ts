import { needsServices } from '../../scripts/needs-services';
import { whyNoPackages } from '../../scripts/services/install-packages';
import { planServices } from '../../scripts/services/provide-services';

describe('finding order of services', () => {
  const none = () => false;

  it('takes what the environment names, before everything else', () => {
    const env = { DATABASE_URL: 'mysql://u:p@db/luminate', REDIS_URL: '', TEMPORAL_ADDRESS: 'temporal:7233' };
    expect(planServices(env, () => true, true)).toEqual({
      database: 'environment',
      redis: 'earlier start',
      temporal: 'environment',
    });
  });

  it('takes what runs already before Docker, and Docker before this machine', () => {
    expect(planServices({}, (engine) => engine === 'redis', true)).toEqual({
      database: 'docker',
      redis: 'earlier start',
      temporal: 'docker',
    });
    expect(planServices({}, none, false)).toEqual({ database: 'machine', redis: 'machine', temporal: 'machine' });
  });
});

describe('installing Debian packages', () => {
  const packages = ['mariadb-server', 'redis-server'];

  it('is possible for root where there is apt-get', () => {
    expect(whyNoPackages(packages, { isRoot: true, hasApt: true, platform: 'linux' })).toBeUndefined();
  });

  it('without root is answered with the command to run', () => {
    expect(whyNoPackages(packages, { isRoot: false, hasApt: true, platform: 'linux' })).toContain(
      'sudo apt-get install mariadb-server redis-server',
    );
  });

  it('elsewhere is answered with what to install', () => {
    expect(whyNoPackages(packages, { isRoot: true, hasApt: false, platform: 'darwin' })).toContain('brew install');
    expect(whyNoPackages(packages, { isRoot: true, hasApt: false, platform: 'linux' })).toContain('Docker engine');
  });
});

describe('services of a test run', () => {
  it.each([
    [[], true],
    [['--selectProjects', 'unit'], false],
    [['--selectProjects=unit'], false],
    [['--selectProjects', 'unit', '--', 'test/unit/ids.test.ts'], false],
    [['--selectProjects', 'unit', 'integration'], true],
    [['-t', 'unit'], true],
  ])('for the arguments %j are needed: %s', (args: string[], needed: boolean) => {
    expect(needsServices(args)).toBe(needed);
  });
});
