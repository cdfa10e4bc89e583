import type { TemplateReader } from '../template-reader';
import type { KindsOfChange } from './approval-kind';
import { templateSettingsKind, templateVersionKind } from './template-kinds';

/** Every kind of change that can wait for approval: how it is shown, and how it is made. */
export function createKindsOfChange(reader: TemplateReader): KindsOfChange {
  return {
    template_version: templateVersionKind(reader),
    template_settings: templateSettingsKind(reader),
  };
}
