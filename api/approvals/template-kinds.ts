import type { z } from 'zod';
import type { Stores } from '../../db/database';
import type { Template } from '../../db/stores/template-store';
import type { Approval } from '../../domain/approval';
import type { TemplateId } from '../../domain/ids';
import type { ApplyCall, KindOfChange } from './approval-kind';
import { templateChangeSchema, viewContent } from '../schemas/templates';
import { versionOf, type TemplateReader } from '../template-reader';
import { parsePart } from '../validate';

/** What is kept of a version that waits: the version itself is there, and never changes. */
export interface VersionChange {
  readonly version: number;
}
export type SettingsChange = z.output<typeof templateChangeSchema>;

const shared = {
  reads: 'templates:read',
  writes: 'templates:write',
  async hold(stores: Stores, subject: string) {
    await stores.templates.hold(subject);
  },
} as const satisfies Partial<KindOfChange>;

/** Also a deleted one. */
async function templateOf(stores: Stores, { subject }: Approval): Promise<Template | undefined> {
  return (await stores.templates.getMany([Number(subject) as TemplateId]))[0];
}

async function shownVersion(stores: Stores, template: Template | undefined, version: number | null) {
  const found = template && version !== null ? await stores.versions.get(template.id, version) : undefined;
  if (!template || !found) return null;
  const { content, variables } = found;
  return { key: template.key, version, content: viewContent(content), variables };
}

/** A version of a template: it is there already, and approving makes it the one that is sent. */
export function templateVersionKind(reader: TemplateReader): KindOfChange {
  const versionIn = ({ change }: Approval): number => (change as VersionChange).version;
  return {
    ...shared,
    async show(stores, approval) {
      const template = await templateOf(stores, approval);
      return {
        before: await shownVersion(stores, template, template?.currentVersion ?? null),
        after: await shownVersion(stores, template, versionIn(approval)),
      };
    },
    audits: () => 'template.version',
    async apply(call: ApplyCall, approval) {
      const template = await reader.toChange(call, approval.subject);
      const { version, content } = await versionOf(call.stores, template, versionIn(approval));
      // What was good when it was written need not be today.
      await reader.check(template.channel, viewContent(content));
      await call.stores.versions.makeCurrent(template.id, version);
    },
  };
}

/** Name and policy of a template. */
export function templateSettingsKind(reader: TemplateReader): KindOfChange {
  const settingsIn = ({ change }: Approval): SettingsChange => parsePart(templateChangeSchema, change, 'body');
  return {
    ...shared,
    async show(stores, approval) {
      const template = await templateOf(stores, approval);
      if (!template) return { before: null, after: approval.change };
      const { key, name, policy } = template;
      const before = { key, name, policy };
      return { before, after: { ...before, ...(approval.change as Partial<SettingsChange>) } };
    },
    audits: () => 'template.change',
    async apply(call, approval) {
      const { id } = await reader.toChange(call, approval.subject);
      await call.stores.templates.update(id, settingsIn(approval));
    },
  };
}
