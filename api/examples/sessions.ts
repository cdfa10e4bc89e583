const TIME = '2026-11-24T20:00:00.000Z';

/** What the documentation shows of signing in. */
export const SESSION_EXAMPLES = {
  signIn: { email: 'ada@example.com', password: 'correct horse battery staple' },
  changePassword: { currentPassword: 'correct horse battery staple', newPassword: 'another horse, another staple' },
  setPassword: { token: 'the-token-of-the-invitation', password: 'correct horse battery staple' },
  session: {
    user: {
      id: 'usr_01M84BZW808SY1J1GKT7KH6WJQ',
      email: 'ada@example.com',
      name: 'Ada',
      role: 'support',
      state: 'active',
      signsInBy: ['password'],
      createdAt: TIME,
      updatedAt: TIME,
      lastSignInAt: TIME,
    },
    permissions: ['messages:read'],
    csrfToken: 'told-with-every-session',
    endsAt: '2026-11-25T08:00:00.000Z',
  },
} as const;
