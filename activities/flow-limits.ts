import { queuesOf, ticketOf, type FlowTicket } from '../domain/flow-ticket';
import { groupBy } from '../domain/group-by';
import type { DueMessage } from '../db/stores/delivery-store';
import { CHANNEL_NAMES, laneOf, partsOfLane, type Channel } from '../domain/lane';
import type { FlowRule } from '../domain/rules';
import type { FlowAnswer, FlowLimit } from '../limits/flow-control';
import type { AccountDirectory } from './account-directory';
import type { ActivityDeps } from './deps';
import type { LaneAccounts } from './lane-accounts';
import type { Chosen } from './round';

type Deps = Pick<ActivityDeps, 'flow' | 'log'>;

const KINDS = ['run', 'app', 'channel', 'account'] as const;

/** A limit as people know it: whose it is, by name. */
export interface NamedLimit extends FlowLimit {
  readonly kind: (typeof KINDS)[number];
  readonly name: string;
}

/** A message with the account that was chosen for it. */
type FlowItem = Pick<Chosen, 'choice'> & { readonly message: DueMessage };

/** The limits that a message has to pass, one of each kind at most. */
type LimitsOf = (item: FlowItem) => readonly NamedLimit[];

/** What a message waits for. */
export interface FlowWait<T extends FlowItem = Chosen> {
  readonly item: T;
  readonly limit: NamedLimit;
  readonly answer: FlowAnswer & { readonly go: false };
  /** Keys of all limits in whose queues it now stands. */
  readonly queues: readonly string[];
}

interface Passing<T extends FlowItem = FlowItem> {
  readonly item: T;
  readonly ticket: FlowTicket;
  readonly limits: readonly NamedLimit[];
  /** Granted so far. */
  readonly granted: { readonly key: string; readonly tag: number }[];
}

/** The limits of a lane and app as the rules and accounts have them now: an account's rate in the rules wins over its own. */
export async function limitsOfLane(
  directory: AccountDirectory,
  accounts: LaneAccounts,
  { lane, appId }: Pick<DueMessage, 'lane' | 'appId'>,
  flow: FlowRule,
  ofRun?: NamedLimit,
): Promise<LimitsOf> {
  const { channel } = partsOfLane(lane);
  const codes = new Map<Channel, LaneAccounts>();
  for (const each of CHANNEL_NAMES) codes.set(each, await directory.ofLane(laneOf(each, 'verification')));
  const own = codes.get(channel);
  const appRate = flow.apps[appId];
  const channelRate = flow.channels[channel];
  const shared: NamedLimit[] = ofRun ? [ofRun] : [];
  if (appRate) {
    const reserve = [...codes.values()].some((route) => route.serves());
    shared.push({ kind: 'app', key: appId, name: appId, rate: appRate, reserve });
  }
  if (channelRate) {
    shared.push({ kind: 'channel', key: channel, name: channel, rate: channelRate, reserve: own?.serves() ?? false });
  }
  return ({ choice: { accountId } }) => {
    const ruled = flow.accounts[accountId];
    const rate = ruled === undefined ? accounts.rateOf(accountId) : ruled;
    if (!rate) return shared;
    const reserve = own?.serves(accountId) ?? false;
    return [...shared, { kind: 'account', key: accountId, name: accounts.nameOf(accountId), rate, reserve }];
  };
}

/**
 * Asks the limits of each message, one kind after the other. Who has to wait for a later one gives back what the earlier ones
 * granted and queues there again. While Redis is away all go without flow control: dedup has decided who may pass then.
 */
export async function passLimits<T extends FlowItem>(
  deps: Deps,
  limitsOf: LimitsOf,
  items: readonly T[],
  now: number,
): Promise<{ go: T[]; waits: FlowWait<T>[] }> {
  const all = items.map((item): Passing<T> => {
    return { item, ticket: ticketOf(item.message), limits: limitsOf(item), granted: [] };
  });
  const waits: FlowWait<T>[] = [];
  const stopped = new Set<Passing<T>>();
  try {
    await leaveOthers(deps, all);
    for (const kind of KINDS) {
      const asking = all.flatMap((passing) => {
        const limit = passing.limits.find((each) => each.kind === kind);
        return limit && !stopped.has(passing) ? [{ passing, limit }] : [];
      });
      for (const group of groupBy(asking, ({ limit }) => limit.key).values()) {
        const held = await askOne(deps, group, now);
        for (const wait of held) stopped.add(wait.passing);
        await requeue(deps, held);
        waits.push(...held.map(({ passing, ...wait }) => ({ ...wait, item: passing.item })));
      }
    }
  } catch (error) {
    deps.log.warn({ err: error }, 'Redis is away: messages go without flow control');
  }
  return { go: all.filter((passing) => !stopped.has(passing)).map(({ item }) => item), waits };
}

type Held<T extends FlowItem = FlowItem> = Omit<FlowWait, 'item'> & { readonly passing: Passing<T> };

async function askOne<T extends FlowItem>(
  { flow }: Deps,
  group: readonly { readonly passing: Passing<T>; readonly limit: NamedLimit }[],
  now: number,
): Promise<Held<T>[]> {
  const limit = group[0]?.limit;
  if (!limit) return [];
  const answers = await flow.ask(
    limit,
    group.map(({ passing }) => passing.ticket),
    now,
  );
  return group.flatMap(({ passing }, i) => {
    const answer = answers[i];
    if (!answer || answer.go) {
      if (answer) passing.granted.push({ key: limit.key, tag: answer.tag });
      return [];
    }
    const queues = [...passing.granted.map(({ key }) => key), limit.key];
    return [{ passing, limit, answer, queues }];
  });
}

async function requeue({ flow }: Deps, held: readonly Held[]): Promise<void> {
  const places = held.flatMap(({ passing, answer }) =>
    passing.granted.map(({ key, tag }) => ({ key, id: passing.ticket.id, tag, at: answer.at })),
  );
  for (const [key, group] of groupBy(places, (place) => place.key)) await flow.requeue(key, group);
}

/** Leaves the queues of limits that do not apply any more: another account was chosen, or a rate was lifted. */
async function leaveOthers({ flow }: Deps, all: readonly Passing[]): Promise<void> {
  const left = all.flatMap(({ item, ticket, limits }) =>
    queuesOf(item.message)
      .filter((key) => limits.every((limit) => limit.key !== key))
      .map((key) => ({ key, ticket })),
  );
  for (const [key, group] of groupBy(left, (each) => each.key)) {
    await flow.forget(
      key,
      group.map(({ ticket }) => ticket),
    );
  }
}

/** Takes messages that end, or wait for something else, out of the queues in which they stood: their places are for others. */
export async function leaveQueues({ flow, log }: Deps, messages: readonly DueMessage[]): Promise<void> {
  try {
    await flow.leave(messages);
  } catch (error) {
    log.warn({ err: error, messages: messages.length }, 'places in queues were not given back; they lapse');
  }
}
