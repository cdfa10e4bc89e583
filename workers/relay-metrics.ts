import { Counter, Gauge, type Registry } from 'prom-client';

export interface RelayMetrics {
  readonly gathered: Counter<'lane'>;
  readonly restarted: Counter;
  /** Dispatches that made no progress at the last look; above zero for long means that somebody should look. */
  readonly stalled: Gauge;
  /** Messages that wait, as of the last look, at most half a minute ago. Every worker tells the same number. */
  readonly waiting: Gauge<'lane' | 'reason'>;
  /** Seconds for which the oldest message has waited that no dispatch has taken; 0 when there is none. */
  readonly unclaimed: Gauge;
  /** Runs of campaigns that have not ended. */
  readonly runs: Gauge<'state' | 'reason'>;
  /** Changes that wait for somebody to approve them. */
  readonly approvals: Gauge<'kind'>;
  readonly failures: Counter<'job'>;
  /** 1 for the state that an account is in, by the id of the account. */
  readonly accountState: Gauge<'account' | 'provider' | 'state'>;
  /** Messages brought forward because an account of their lane works again. */
  readonly recovered: Counter<'lane'>;
}

export function createRelayMetrics(registry: Registry): RelayMetrics {
  const registers = [registry];
  return {
    gathered: new Counter({
      name: 'luminate_relay_gathered_messages_total',
      help: 'Messages that the relay gave to a dispatch',
      labelNames: ['lane'],
      registers,
    }),
    restarted: new Counter({
      name: 'luminate_relay_restarted_dispatches_total',
      help: 'Dispatches started again because their start was never confirmed',
      registers,
    }),
    stalled: new Gauge({ name: 'luminate_stalled_dispatches', help: 'Dispatches without progress', registers }),
    accountState: new Gauge({
      name: 'luminate_account_state',
      help: '1 for the state that an account is in, 0 for the others',
      labelNames: ['account', 'provider', 'state'],
      registers,
    }),
    recovered: new Counter({
      name: 'luminate_relay_recovered_messages_total',
      help: 'Waiting messages brought forward because an account of their lane works again',
      labelNames: ['lane'],
      registers,
    }),
    waiting: new Gauge({
      name: 'luminate_waiting_messages',
      help: 'Messages that wait, by reason; every worker tells the same number',
      labelNames: ['lane', 'reason'],
      registers,
    }),
    unclaimed: new Gauge({
      name: 'luminate_oldest_unclaimed_seconds',
      help: 'How long the oldest message has waited that no dispatch has taken',
      registers,
    }),
    runs: new Gauge({
      name: 'luminate_open_runs',
      help: 'Runs of campaigns that have not ended; every worker tells the same number',
      labelNames: ['state', 'reason'],
      registers,
    }),
    approvals: new Gauge({
      name: 'luminate_waiting_approvals',
      help: 'Changes that wait for approval; every worker tells the same number',
      labelNames: ['kind'],
      registers,
    }),
    failures: new Counter({
      name: 'luminate_relay_failures_total',
      help: 'Looks of the relay that failed and were tried again',
      labelNames: ['job'],
      registers,
    }),
  };
}
