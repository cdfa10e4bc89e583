import { seesApp } from '../context';
import type { Stores } from '../../db/database';
import type { Message } from '../../db/stores/message-store';
import { parseAddress } from '../../domain/address';
import { localDay } from '../../domain/day';
import { isId, type TemplateId } from '../../domain/ids';
import { CHANNEL_NAMES } from '../../domain/lane';
import type { ApiDeps } from '../deps';
import { defineRoute, type Route } from '../route';
import { parseBusinessId } from './business-id';
import { ENDINGS } from './codes';
import { ENDPOINTS } from './endpoints';
import { succeeded } from './envelope';
import { unsaved } from './template-view';
import { smsTraceRoute } from './trace-sms';
import { chartOf, spanOf, stepsOf, traceItem } from './trace-shapes';

type Deps = Pick<ApiDeps, 'rules' | 'timeline' | 'templates'>;

/** Messages of one address and day that an answer tells at most: the newest. */
const MOST = 100;

/** What the traces of messages need of their templates. */
async function templatesOf(stores: Stores, messages: readonly Message[]) {
  const ids = [...new Set(messages.map(({ templateId }) => templateId))];
  if (ids.length === 0) return () => ({ template: { name: '' }, saved: unsaved(0 as TemplateId) });
  const [templates, saved] = await Promise.all([stores.templates.getMany(ids), stores.luminateTemplates.getMany(ids)]);
  return ({ templateId }: Message) => ({
    template: templates.find(({ id }) => id === templateId) ?? { name: '' },
    saved: saved.find((one) => one.templateId === templateId) ?? unsaved(templateId),
  });
}

/** Tracing by the ancestor's requests: what is not found is an empty list there, and never an error. */
export function traceRoutes(deps: Deps): Route[] {
  return [messageRoute(deps), userRoute(deps), templateRoute(deps), smsTraceRoute(deps)];
}

function messageRoute({ rules, timeline }: Deps): Route {
  return defineRoute({
    ...ENDPOINTS.traceMessage,
    audit: { none: 'changes nothing' },
    async handler({ body, caller, stores }) {
      const id = body.messageId?.trim() ?? '';
      const message = isId('msg', id) ? await stores.messages.get(id) : undefined;
      if (!message || !seesApp(caller, message.appId)) return succeeded({ items: [] });
      const { timezone } = rules.current().defaults;
      const { template, saved } = (await templatesOf(stores, [message]))(message);
      const [received, ...recorded] = stepsOf(message);
      const told = (await timeline(message)).steps.flatMap(({ at, status }) => {
        const text = status === undefined ? undefined : ENDINGS[status]?.text;
        return text === undefined ? [] : [{ at: new Date(at), text }];
      });
      const later = told.length > 0 ? told : recorded;
      const steps = received ? [received, ...later] : later;
      return succeeded({ items: [traceItem(message, template, saved, steps, timezone)] });
    },
  });
}

function userRoute({ rules }: Deps): Route {
  return defineRoute({
    ...ENDPOINTS.traceUser,
    audit: { none: 'changes nothing' },
    async handler({ body, caller, stores }) {
      const { timezone, region } = rules.current().defaults;
      const address = CHANNEL_NAMES.flatMap((channel) => {
        const parsed = parseAddress(channel, body.receiver ?? '', region);
        return parsed.ok ? [parsed.address] : [];
      })[0];
      if (address === undefined) return succeeded({ items: [] });
      const { from } = spanOf(localDay(Date.now(), timezone), timezone);
      const messages = await stores.messages.list({ appId: caller.appId, address, from, limit: MOST });
      const of = await templatesOf(stores, messages);
      const items = messages.map((message) => {
        const { template, saved } = of(message);
        return traceItem(message, template, saved, stepsOf(message), timezone);
      });
      return succeeded({ items });
    },
  });
}

function templateRoute({ rules }: Deps): Route {
  return defineRoute({
    ...ENDPOINTS.traceTemplate,
    audit: { none: 'changes nothing' },
    async handler({ body, caller, stores }) {
      const text = body.businessId?.trim() ?? '';
      if (text === '') return succeeded({});
      const { timezone } = rules.current().defaults;
      const today = localDay(Date.now(), timezone);
      const asId = /^\d{1,15}$/.test(text) ? { templateId: Number(text) as TemplateId, day: today } : undefined;
      const asked = text.length === 16 ? parseBusinessId(text) : asId;
      const [template] = asked ? await stores.templates.getMany([asked.templateId]) : [];
      if (!asked || !template) return succeeded(null);
      const { from, until } = spanOf(asked.day, timezone);
      const counts = await stores.luminateTemplates.statusCounts(caller.appId, template.id, from, until);
      return succeeded(chartOf(template.name, asked.day, counts));
    },
  });
}
