/** A key as most examples show it. */
export const API_KEY = {
  id: 'key_01M8AS6YZ75A6X7FYYFKXH4RSK',
  appId: 'app_01M8AS6YSM7Z72ZEF19EV1APT6',
  name: 'shop production',
  role: 'app',
  hint: 'lum_000000',
  scopes: null,
  person: 'usr_01M84BZW808SY1J1GKT7KH6WJQ',
  createdAt: '2026-11-26T01:58:36.775Z',
  expiresAt: null,
  revokedAt: null,
};
