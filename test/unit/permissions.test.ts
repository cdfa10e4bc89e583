import {
  PERMISSION_NAMES,
  USER_ROLES,
  isPermission,
  permissionsOfKey,
  permissionsOfUser,
} from '../../domain/permissions';
import { passwordFault } from '../../domain/password';

describe('permissions', () => {
  test('administrators have all of them, viewers none that changes anything', () => {
    expect(permissionsOfUser('admin')).toEqual(PERMISSION_NAMES);
    expect(permissionsOfKey('admin', null)).toEqual(PERMISSION_NAMES.filter((name) => name !== 'approvals:decide'));
    expect(permissionsOfUser('viewer').filter((name) => !name.endsWith(':read'))).toEqual([]);
  });

  test('only people who administer or approve decide, no keys, and approvers write nothing', () => {
    const may = USER_ROLES.filter((role) => permissionsOfUser(role).includes('approvals:decide'));
    expect(permissionsOfKey('admin', ['approvals:decide'])).toEqual([]);
    expect(may).toEqual(['admin', 'approver']);
    expect(permissionsOfUser('approver').filter((name) => name.endsWith(':write'))).toEqual([]);
  });

  test('scopes narrow a key down and never widen it', () => {
    expect(permissionsOfKey('app', ['messages:read'])).toEqual(['messages:read']);
    expect(permissionsOfKey('app', ['users:write', 'messages:read'])).toEqual(['messages:read']);
    expect(permissionsOfKey('admin', [])).toEqual([]);
  });

  test('no other name is a permission', () => {
    expect(PERMISSION_NAMES.every(isPermission)).toBe(true);
    expect(['toString', '__proto__', 'messages', ''].filter(isPermission)).toEqual([]);
  });
});

test.each([
  ['elevenchars', 'must have at least 12 characters'],
  ['x'.repeat(201), 'must have at most 200 characters'],
  ['  ADA@example.com ', 'must not be the email address'],
  ['twelve chars', undefined],
  ['x'.repeat(200), undefined],
  ['密码密码密码密码密码密码', undefined],
])('the password %p is judged: %p', (password, fault) => {
  expect(passwordFault(password, 'ada@example.com')).toBe(fault);
});
