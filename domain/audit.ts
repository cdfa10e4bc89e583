import type { AppId } from './ids';

/** Who may have done something; `command`: somebody at a shell, by the name of the operating system; `anonymous`: nobody signed in. */
export const ACTOR_KINDS = ['user', 'key', 'command', 'system', 'anonymous'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

/** To what something may be done. */
export const AUDIT_SUBJECTS = [
  'account',
  'app',
  'approval',
  'audience',
  'audit',
  'campaign',
  'job',
  'key',
  'message',
  'route',
  'rule',
  'run',
  'send',
  'suppression',
  'template',
  'user',
  'webhook',
  'webhook_delivery',
] as const;
export type AuditSubject = (typeof AUDIT_SUBJECTS)[number];

interface ActionText {
  readonly subject: AuditSubject;
  /** It makes its subject, whose id is that of the answer. */
  readonly creates?: true;
  readonly what: string;
}

/** Everything that is put down in the audit log. What stands before the dot is the area, by which the log can be asked too. */
export const AUDIT_ACTIONS = {
  'account.create': { subject: 'account', creates: true, what: 'A provider account was created.' },
  'account.change': { subject: 'account', what: 'Settings or secrets of an account were changed.' },
  'account.delete': { subject: 'account', what: 'An account was deleted.' },
  'account.health': { subject: 'account', what: 'Somebody decided about the health of an account.' },
  'account.verify': { subject: 'account', what: 'The secrets of an account were tried at its provider.' },
  'app.create': { subject: 'app', creates: true, what: 'An app was created.' },
  'approval.approve': { subject: 'approval', what: 'A change was approved; what it changed has an entry of its own.' },
  'approval.reject': { subject: 'approval', what: 'A change was rejected.' },
  'approval.withdraw': { subject: 'approval', what: 'A change that waited for approval was withdrawn.' },
  'audience.delete': { subject: 'audience', what: 'An audience was deleted.' },
  'audience.export': {
    subject: 'audience',
    what: 'The rows that an upload did not take were read, addresses in clear.',
  },
  'audience.upload': { subject: 'audience', creates: true, what: 'A file of recipients was uploaded.' },
  'audit.export': { subject: 'audit', what: 'The audit log was exported.' },
  'campaign.create': { subject: 'campaign', creates: true, what: 'A campaign was created.' },
  'campaign.change': { subject: 'campaign', what: 'A campaign was changed.' },
  'campaign.delete': { subject: 'campaign', what: 'A campaign was deleted.' },
  'campaign.pause': { subject: 'campaign', what: 'A campaign was paused.' },
  'campaign.trigger': { subject: 'campaign', what: 'A run of a campaign was started by hand.' },
  'campaign.unpause': { subject: 'campaign', what: 'A campaign was unpaused.' },
  'key.create': { subject: 'key', creates: true, what: 'An API key was created.' },
  'key.revoke': { subject: 'key', what: 'An API key was revoked.' },
  'maintenance.run': { subject: 'job', what: 'A job of maintenance was started by hand.' },
  'message.recall': { subject: 'message', what: 'Messages were recalled.' },
  'message.resolve': { subject: 'message', what: 'A message whose outcome was unknown was settled by hand.' },
  'route.change': { subject: 'route', what: 'The route of a lane was set.' },
  'rule.change': { subject: 'rule', what: 'A rule was changed.' },
  'rule.rollback': { subject: 'rule', what: 'A rule was rolled back to an earlier version.' },
  'run.cancel': { subject: 'run', what: 'A run was cancelled.' },
  'run.export': { subject: 'run', what: 'The result of a run was read row by row, addresses in clear.' },
  'run.pause': { subject: 'run', what: 'A run was paused.' },
  'run.rate': { subject: 'run', what: 'The rate of a run was changed.' },
  'run.resume': { subject: 'run', what: 'A run was resumed.' },
  'run.retry': { subject: 'run', what: 'The failed messages of a run were sent again as another run.' },
  'send.recall': { subject: 'send', what: 'A send was recalled.' },
  'session.sign_in': { subject: 'user', what: 'Somebody signed in, or tried to.' },
  'session.sign_out': { subject: 'user', what: 'Somebody signed out.' },
  'suppression.add': { subject: 'suppression', creates: true, what: 'An address was put on the suppression list.' },
  'suppression.export': { subject: 'suppression', what: 'The suppression list was exported, addresses in clear.' },
  'suppression.import': { subject: 'suppression', what: 'A file was imported into the suppression list.' },
  'suppression.lift': { subject: 'suppression', what: 'A suppression was lifted.' },
  'template.create': { subject: 'template', creates: true, what: 'A template was created.' },
  'template.copy': { subject: 'template', creates: true, what: 'A template was made as a copy of another one.' },
  'template.change': { subject: 'template', what: 'The name or the policy of a template was changed.' },
  'template.delete': { subject: 'template', what: 'A template was deleted.' },
  'template.save': { subject: 'template', what: 'A template was saved by /luminate/save.' },
  'template.start': { subject: 'template', what: 'A template was started.' },
  'template.stop': { subject: 'template', what: 'A template was stopped.' },
  'template.test': { subject: 'template', what: 'A template was sent to a test address.' },
  'template.version': { subject: 'template', what: 'A version was added to a template, or became the current one.' },
  'user.change': { subject: 'user', what: 'Name, role or state of a person was changed.' },
  'user.delete': { subject: 'user', what: 'A person was deleted.' },
  'user.invite': { subject: 'user', creates: true, what: 'A person was invited.' },
  'user.join': { subject: 'user', creates: true, what: 'A person came in by the OpenID provider.' },
  'user.link': { subject: 'user', what: 'An invitation was taken up by an identity of the OpenID provider.' },
  'user.password': { subject: 'user', what: 'A person set or changed the password.' },
  'user.token': { subject: 'user', what: 'A token to set a password was made for a person.' },
  'webhook.change': { subject: 'webhook', what: 'A webhook was changed.' },
  'webhook.create': { subject: 'webhook', creates: true, what: 'A webhook was created.' },
  'webhook.delete': { subject: 'webhook', what: 'A webhook was deleted.' },
  'webhook.replay': { subject: 'webhook', what: 'What a webhook had lost was delivered again.' },
  'webhook.rotate': { subject: 'webhook', what: 'A webhook got a new secret.' },
  'webhook.test': { subject: 'webhook', what: 'A test event was sent to a webhook.' },
  'webhook_delivery.replay': { subject: 'webhook_delivery', what: 'One event was delivered again.' },
} as const satisfies Record<string, ActionText>;

export type AuditAction = keyof typeof AUDIT_ACTIONS;
export const AUDIT_ACTION_NAMES = Object.keys(AUDIT_ACTIONS) as AuditAction[];

/** What an action is done to. */
export const subjectOfAction = (action: AuditAction): AuditSubject => AUDIT_ACTIONS[action].subject;

/** True for an action that makes its subject. */
export const isCreation = (action: AuditAction): boolean => 'creates' in AUDIT_ACTIONS[action];

/** The part before the dot. */
export const areaOf = (action: AuditAction): string => action.split('.', 1)[0] ?? '';

/** Every area once. */
export const AUDIT_AREAS = [...new Set(AUDIT_ACTION_NAMES.map(areaOf))];

/** Who did it; the name is the one of that moment. */
export interface AuditActor {
  readonly kind: ActorKind;
  readonly id: string | null;
  readonly name: string | null;
}

/** Where a request came from. */
export interface AuditOrigin {
  readonly requestId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** The origin of what no request has asked for. */
export const NO_ORIGIN: AuditOrigin = { requestId: null, ip: null, userAgent: null };

export type AuditFields = Readonly<Record<string, unknown>>;

/** What is to be put down. */
export interface NewAuditEntry {
  readonly action: AuditAction;
  readonly actor: AuditActor;
  readonly origin: AuditOrigin;
  /** The app that it concerns; `null`: none, or all. */
  readonly appId: AppId | null;
  readonly subject: { readonly id: string | null; readonly name: string | null };
  /** Of an edit only what differs; `null` for what was created. */
  readonly before: AuditFields | null;
  /** `null` for what was deleted. */
  readonly after: AuditFields | null;
  /** Of something refused, the code of the problem; `null`: it was done. */
  readonly refusedAs: string | null;
}

/** What was put down. Entries are numbered from 1, without gaps, in the order of their commits. */
export interface AuditEntry extends NewAuditEntry {
  readonly id: number;
  /** Never before that of an earlier entry. */
  readonly at: Date;
  /** SHA-256 over the entry and the hash of the one before it. */
  readonly hash: string;
}
