import { Gauge, type Registry } from 'prom-client';
import { RULE_NAMES } from '../domain/rules';

/** Which version of each rule this process goes by. */
export interface RuleMetrics {
  /** The version in force; 0 is the default. */
  readonly version: Gauge<'rule'>;
  /** 1 while the newest version does not fit and an older one, or the default, is in force instead. */
  readonly invalid: Gauge<'rule'>;
}

export function createRuleMetrics(registry: Registry): RuleMetrics {
  const shared = { labelNames: ['rule' as const], registers: [registry] };
  const metrics: RuleMetrics = {
    version: new Gauge({ ...shared, name: 'luminate_rule_version', help: 'Version of the rule in force; 0: default.' }),
    invalid: new Gauge({
      ...shared,
      name: 'luminate_rules_invalid',
      help: '1 while the newest version of the rule does not fit and is not gone by.',
    }),
  };
  for (const rule of RULE_NAMES) for (const gauge of Object.values(metrics)) (gauge as Gauge<'rule'>).set({ rule }, 0);
  return metrics;
}
