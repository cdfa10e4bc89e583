/**
 * Everything that may be allowed. `byApp`: it works on what one app owns, so a person has to say which app. `app` and `admin` stand
 * for endpoints that name no finer permission.
 */
export const PERMISSIONS = {
  'sends:write': { byApp: true, what: 'make sends' },
  'sends:recall': { byApp: true, what: 'recall sends and messages' },
  'messages:read': { byApp: true, what: 'read sends, messages and their timelines' },
  'support:resolve': { byApp: true, what: 'settle messages whose outcome is unknown' },
  'templates:read': { byApp: false, what: 'read and preview templates' },
  'templates:write': { byApp: false, what: 'create, change, start, stop and delete templates' },
  'templates:test': { byApp: true, what: 'send a template to a test address' },
  'campaigns:read': { byApp: true, what: 'read campaigns, their runs and results' },
  'campaigns:write': { byApp: true, what: 'create, change and delete campaigns' },
  'campaigns:control': { byApp: true, what: 'trigger and pause campaigns; pause, resume, cancel and retry runs' },
  'audiences:read': { byApp: true, what: 'read audiences and the rows that were not taken' },
  'audiences:write': { byApp: true, what: 'upload and delete audiences' },
  'suppressions:read': { byApp: true, what: 'read the suppression list' },
  'suppressions:write': { byApp: true, what: 'add, import and lift suppressions' },
  'suppressions:export': { byApp: true, what: 'export the suppression list, addresses in clear' },
  'statistics:read': { byApp: true, what: 'read and export statistics' },
  'webhooks:read': { byApp: true, what: 'read webhooks and the log of their deliveries' },
  'webhooks:write': { byApp: true, what: 'create, change, try, replay and delete webhooks' },
  'accounts:read': { byApp: false, what: 'read provider accounts and their health' },
  'accounts:write': { byApp: false, what: 'create, change, verify and delete provider accounts' },
  'rules:read': { byApp: false, what: 'read rules and routes' },
  'rules:write': { byApp: false, what: 'change rules and routes' },
  'apps:read': { byApp: false, what: 'list the apps' },
  'apps:write': { byApp: false, what: 'create apps' },
  'keys:read': { byApp: false, what: 'list API keys' },
  'keys:write': { byApp: false, what: 'create and revoke API keys' },
  'approvals:read': { byApp: false, what: 'read the changes that wait for approval, and those that were decided' },
  'approvals:decide': {
    byApp: false,
    what: 'approve and reject what others asked for, which only people who are signed in can, never keys',
  },
  'users:read': { byApp: false, what: 'list users' },
  'users:write': { byApp: false, what: 'invite, change, disable and delete users' },
  'maintenance:read': { byApp: false, what: 'read what maintenance did' },
  'audit:read': { byApp: false, what: 'read and export the audit log' },
  'maintenance:run': { byApp: false, what: 'run a job of maintenance' },
  app: { byApp: true, what: 'endpoints for apps without a permission of their own' },
  admin: { byApp: false, what: 'endpoints for administrators without a permission of their own' },
} as const satisfies Record<string, { byApp: boolean; what: string }>;

export type Permission = keyof typeof PERMISSIONS;
export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as Permission[];

/** What people are. */
export const USER_ROLES = ['admin', 'editor', 'approver', 'viewer', 'support'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** What API keys are: `app` keys work for their app, `admin` keys administer and see all apps. */
export const KEY_ROLES = ['app', 'admin'] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

const READ: readonly Permission[] = [
  'messages:read',
  'templates:read',
  'campaigns:read',
  'audiences:read',
  'suppressions:read',
  'statistics:read',
  'webhooks:read',
  'accounts:read',
  'rules:read',
  'apps:read',
  'approvals:read',
];

const OF_USERS: Readonly<Record<UserRole, readonly Permission[]>> = {
  admin: PERMISSION_NAMES,
  editor: [
    ...READ,
    'sends:write',
    'sends:recall',
    'templates:write',
    'templates:test',
    'campaigns:write',
    'campaigns:control',
    'audiences:write',
    'suppressions:write',
    'webhooks:write',
    'app',
  ],
  approver: [...READ, 'templates:test', 'approvals:decide'],
  viewer: READ,
  support: [...READ, 'sends:recall', 'support:resolve', 'suppressions:write'],
};

const OF_KEYS: Readonly<Record<KeyRole, readonly Permission[]>> = {
  app: [
    'sends:write',
    'sends:recall',
    'messages:read',
    'support:resolve',
    'templates:read',
    'approvals:read',
    'campaigns:read',
    'campaigns:write',
    'campaigns:control',
    'audiences:read',
    'audiences:write',
    'suppressions:read',
    'suppressions:write',
    'statistics:read',
    'webhooks:read',
    'webhooks:write',
    'app',
  ],
  // Four eyes are those of people: a key is in many hands, or in none.
  admin: PERMISSION_NAMES.filter((name) => name !== 'approvals:decide'),
};

/** What a user of this role may do. */
export const permissionsOfUser = (role: UserRole): readonly Permission[] => OF_USERS[role];

/** What a key may do: what its role may, or those of it that are in `scopes`. */
export function permissionsOfKey(role: KeyRole, scopes: readonly Permission[] | null): readonly Permission[] {
  return scopes === null ? OF_KEYS[role] : OF_KEYS[role].filter((permission) => scopes.includes(permission));
}

/** True for the name of a permission. */
export const isPermission = (text: string): text is Permission => Object.hasOwn(PERMISSIONS, text);
