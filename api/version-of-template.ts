import type { z } from 'zod';
import { waitingOf } from './approvals/ask-template';
import { fingerprintOf } from './conditions';
import type { VersionRequest } from './route';
import type { templateParams } from './schemas/templates';
import type { TemplateReader } from './template-reader';

/** `versionOf` of the routes that read and edit one template: it changes with its settings, its versions, and what of them waits. */
export const versionOfTemplate =
  (reader: TemplateReader) =>
  async ({ params, stores, hold }: VersionRequest<z.output<typeof templateParams>>): Promise<string> => {
    const found = await reader[hold ? 'hold' : 'find'](stores, params.template);
    const { id, name, policy, state, currentVersion, updatedAt } = found;
    const [waiting] = await waitingOf(stores, [found]);
    return fingerprintOf([id, name, policy, state, currentVersion, updatedAt, waiting]);
  };
