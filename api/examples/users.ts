import { API_KEY } from './api-key';
import type { Examples } from './example';

const TIME = '2026-11-24T20:00:00.000Z';
const invited = {
  id: 'usr_01M84BZW808SY1J1GKT7KH6WJQ',
  email: 'ada@example.com',
  name: 'Ada',
  role: 'editor',
  state: 'active',
  signsInBy: [],
  createdAt: TIME,
  updatedAt: TIME,
  lastSignInAt: null,
};
const user = { ...invited, signsInBy: ['password'], lastSignInAt: TIME };
const key = { ...API_KEY, createdAt: TIME };
const token = { setPasswordToken: 'told-once', setPasswordUntil: '2026-11-25T20:00:00.000Z' };

/** Examples of the operations on users. */
export const usersExamples: Examples = {
  postUsers: {
    request: { email: 'ada@example.com', name: 'Ada', role: 'editor' },
    response: { ...invited, ...token },
  },
  getUsers: { response: { items: [user], pageInfo: { after: null, hasMore: false } } },
  getUsersById: { response: user },
  patchUsersById: { request: { role: 'viewer' }, response: { ...user, role: 'viewer', keys: [key] } },
  deleteUsersById: { response: { keys: [key] } },
  postUsersByIdSetPasswordToken: { response: token },
};
